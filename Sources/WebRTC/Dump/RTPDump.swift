internal import Media
internal import RTP

#if canImport(Glibc)
  internal import Glibc
#endif

/// Records the RTP and RTCP of connections, unencrypted, in a capture file that Wireshark and tshark open.
///
/// Since the file contains all media in the clear, only its owner can read it. Addresses are made up: this side is 192.0.2.1,
/// the peers are 198.51.100.1 and so on. A thread of its own writes the file; if the disk is too slow, packets are dropped.
public final class RTPDump: Sendable {
  private struct State {
    var bytes: [UInt8] = PacketCapture.header
    var connections = 0
    var packetsLost = 0
    var isClosing = false
    var isOver = false
    var isClosed = false
    var failure: Int32?
  }

  enum Direction { case sent, received }

  /// Bytes that are buffered for a slow disk.
  private static let limit = 8 << 20
  /// How long `close` waits for a slow disk.
  private static let closeTimeout = MediaTime.seconds(1)

  private let path: String
  private let state = Monitor(State())
  /// The wall clock at the monotonic clock's zero, in nanoseconds.
  private let wallClock: Int64

  /// Creates the file.
  /// - Parameters:
  ///   - path: the path of the file.
  ///   - replacing: whether an existing file is replaced.
  /// - Throws: `RTPDumpError`.
  public init(path: String, replacing: Bool = false) throws(RTPDumpError) {
    let file: NewFile
    do throws(NewFile.Failure) {
      file = try NewFile(path: path, replacing: replacing)
    } catch {
      throw RTPDumpError(path: path, errno: error.errno)
    }
    self.path = path
    wallClock = WallClock.unixNanoseconds - MediaTime.now.nanoseconds
    _ = NamedThread("oriel-dump") { [state] in Self.run(state, file) }
  }

  deinit { close() }

  /// Writes what is buffered and closes the file; later packets are ignored. Idempotent. Not to be called on the network thread.
  /// If the disk takes longer than a second, this returns and writing finishes in the background.
  public func close() {
    state.update { $0.isClosing = true }
    _ = state.wait(until: .now + Self.closeTimeout) { $0.isClosed ? true : nil }
  }

  /// Packets that were dropped because the buffer was full.
  public var packetsLost: Int { state.withLock { $0.packetsLost } }

  /// Why writing failed; nil if it did not.
  public var failure: RTPDumpError? { state.withLock { $0.failure }.map { RTPDumpError(path: path, errno: $0) } }

  /// Returns a number for a new connection, which stands for it in the made-up addresses.
  func addConnection() -> Int {
    state.withLock { state in
      state.connections += 1
      return state.connections
    }
  }

  /// Records the meaning of the payload types of a connection's packets in one direction.
  func announce(_ formats: [(PayloadType, String)], of kind: RTPMediaKind, _ direction: Direction, connection: Int) {
    guard !formats.isEmpty else { return }
    let (source, destination) = endpoints(connection, direction)
    let payload = PacketCapture.announcement(of: kind, formats: formats, from: source, to: destination)
    buffer(payload.span, from: source, to: PacketCapture.announcements, now: .now)
  }

  /// Records a packet.
  func add(_ packet: Span<UInt8>, _ direction: Direction, connection: Int, now: MediaTime) {
    let (source, destination) = endpoints(connection, direction)
    buffer(packet, from: source, to: destination, now: now)
  }

  private func buffer(
    _ packet: Span<UInt8>, from source: PacketCapture.Endpoint, to destination: PacketCapture.Endpoint, now: MediaTime
  ) {
    state.update { state in
      guard !state.isClosing, !state.isOver else { return }
      guard state.bytes.count + packet.count < Self.limit else {
        state.packetsLost += 1
        return
      }
      PacketCapture.append(
        packet, from: source, to: destination, unixNanoseconds: wallClock + now.nanoseconds, into: &state.bytes)
    }
  }

  private func endpoints(
    _ connection: Int, _ direction: Direction
  ) -> (PacketCapture.Endpoint, PacketCapture.Endpoint) {
    let port = UInt16(truncatingIfNeeded: connection & 0x3FFF)
    let local = PacketCapture.Endpoint(192, 0, 2, 1, port: 16384 + port)
    let remote = PacketCapture.Endpoint(198, 51, 100, UInt8(connection % 254 + 1), port: 32768 + port)
    return direction == .sent ? (local, remote) : (remote, local)
  }

  private static func run(_ state: Monitor<State>, _ file: NewFile) {
    var isOpen = true
    while isOpen {
      let taken: [UInt8] = state.wait { state in
        guard !state.bytes.isEmpty || state.isClosing else { return nil }
        defer { state.bytes = [] }
        isOpen = !state.isClosing
        return state.bytes
      }!  // Without a deadline the wait ends with a value only.
      if let failure = write(taken, to: file) {
        state.withLock { $0.failure = failure }
        isOpen = false
      }
    }
    state.withLock { $0.isOver = true }
    file.withdraw()
    Glibc.close(file.descriptor)
    state.update { $0.isClosed = true }
  }

  private static func write(_ bytes: [UInt8], to file: NewFile) -> Int32? {
    if let failed = OutputStream.write(bytes, to: file.descriptor) { return failed }
    do throws(NewFile.Failure) { try file.publish() } catch { return error.errno }
    return nil
  }
}

/// Why a capture file cannot be written.
public struct RTPDumpError: Error, Sendable, Hashable, CustomStringConvertible {
  public let path: String
  public let errno: Int32

  public var description: String {
    let reason = String(cString: strerror(errno))
    return "cannot write \(path): \(reason.prefix(1).lowercased() + reason.dropFirst()); name another file"
  }
}
