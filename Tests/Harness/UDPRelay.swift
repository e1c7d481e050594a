import Foundation
import Glibc
import Synchronization

/// A relay between two UDP peers on the loopback interface, which can drop, delay, duplicate, capture and inject packets.
///
/// Each peer is given a port of the relay in place of the other peer's. A packet sent there reaches the other peer from the
/// port that the other peer was given.
package final class UDPRelay: Sendable {
  package enum Direction: Sendable {
    case toFirst, toSecond
  }

  package struct Packet: Sendable {
    package let direction: Direction
    package let bytes: [UInt8]
    /// CLOCK_MONOTONIC at the relay, in seconds.
    package let time: Double
  }

  /// The delays after which a packet is forwarded, in seconds from its arrival: none drops it, two duplicate it.
  package typealias Policy = @Sendable (Direction, [UInt8]) -> [Double]

  /// The port to give the first peer as the second one's.
  package let portForFirst: UInt16
  /// The port to give the second peer as the first one's.
  package let portForSecond: UInt16

  private struct State {
    var policy: Policy
    var portOfFirst: UInt16 = 0
    var portOfSecond: UInt16 = 0
    var captured: [Packet] = []
    var captureLimit = 0
    var waiting: [(due: Double, packet: Packet)] = []
    var isStopped = false
  }

  private let state: Mutex<State>
  private let facingFirst: Descriptor
  private let facingSecond: Descriptor
  private let wakeUp: (reading: Descriptor, writing: Descriptor)

  /// - Parameter policy: by default forwards everything at once.
  /// - Throws: `HarnessError` when a socket cannot be created.
  package init(policy: @escaping Policy = { _, _ in [0] }) throws {
    state = Mutex(State(policy: policy))
    (facingFirst, portForFirst) = try Self.boundSocket()
    (facingSecond, portForSecond) = try Self.boundSocket()
    wakeUp = try Descriptor.pipe()
    let thread = Thread { [weak self, facingFirst, facingSecond, wakeUp] in
      var buffer = [UInt8](repeating: 0, count: 65536)
      while true {
        var watched = [facingFirst, facingSecond, wakeUp.reading].map {
          pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0)
        }
        _ = poll(&watched, 3, self?.millisecondsToNext ?? 0)
        guard let self, !self.state.withLock(\.isStopped) else { return }
        if watched[0].revents != 0 { self.receive(from: facingFirst, direction: .toSecond, &buffer) }
        if watched[1].revents != 0 { self.receive(from: facingSecond, direction: .toFirst, &buffer) }
        if watched[2].revents != 0 { _ = buffer.withUnsafeMutableBytes { wakeUp.reading.read(into: $0) } }
        self.forwardDue()
      }
    }
    thread.name = "udp-relay"
    thread.start()
  }

  deinit { stop() }

  /// Sets the peers' own ports. When a peer sends from another port, that one is used from then on.
  package func connect(first: UInt16? = nil, second: UInt16? = nil) {
    state.withLock { state in
      if let first { state.portOfFirst = first }
      if let second { state.portOfSecond = second }
    }
  }

  package func setPolicy(_ policy: @escaping Policy) { state.withLock { $0.policy = policy } }

  /// Captures the next `limit` packets.
  package func capture(atMost limit: Int) {
    state.withLock { state in
      state.captured = []
      state.captureLimit = limit
    }
  }

  package var captured: [Packet] { state.withLock(\.captured) }

  /// Sends a packet as if from the other peer.
  package func inject(_ bytes: [UInt8], _ direction: Direction) {
    send(Packet(direction: direction, bytes: bytes, time: MonotonicClock.seconds))
  }

  /// Sends a packet from a new socket to a port of the loopback interface.
  package static func sendFromNewPort(_ bytes: [UInt8], to port: UInt16) throws {
    let (socket, _) = try boundSocket()
    FreePort.withLoopback(port: port) { address, length in
      _ = sendto(socket.number, bytes, bytes.count, Int32(MSG_DONTWAIT), address, length)
    }
  }

  package func stop() {
    state.withLock { $0.isStopped = true }
    wake()
  }

  private func wake() {
    var byte = UInt8(0)
    _ = Glibc.write(wakeUp.writing.number, &byte, 1)
  }

  private var millisecondsToNext: Int32 {
    guard let due = state.withLock({ $0.waiting.map(\.due).min() }) else { return -1 }
    return Int32(max(0, ((due - MonotonicClock.seconds) * 1000).rounded(.up)))
  }

  private func receive(from socket: Descriptor, direction: Direction, _ buffer: inout [UInt8]) {
    while true {
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let count = withUnsafeMutablePointer(to: &address) { address in
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          recvfrom(socket.number, &buffer, buffer.count, Int32(MSG_DONTWAIT), address, &length)
        }
      }
      guard count >= 0 else { return }
      let packet = Packet(direction: direction, bytes: Array(buffer[..<count]), time: MonotonicClock.seconds)
      let port = UInt16(bigEndian: address.sin_port)
      let policy = state.withLock { state in
        if direction == .toSecond { state.portOfFirst = port } else { state.portOfSecond = port }
        if state.captured.count < state.captureLimit { state.captured.append(packet) }
        return state.policy
      }
      for delay in policy(direction, packet.bytes) {
        if delay <= 0 {
          send(packet)
        } else {
          state.withLock { $0.waiting.append((packet.time + delay, packet)) }
        }
      }
    }
  }

  private func forwardDue() {
    let now = MonotonicClock.seconds
    let due = state.withLock { state in
      let due = state.waiting.filter { $0.due <= now }.sorted { $0.due < $1.due }
      state.waiting.removeAll { $0.due <= now }
      return due
    }
    for (_, packet) in due { send(packet) }
  }

  private func send(_ packet: Packet) {
    let port = state.withLock { packet.direction == .toFirst ? $0.portOfFirst : $0.portOfSecond }
    guard port != 0 else { return }
    let socket = packet.direction == .toFirst ? facingFirst : facingSecond
    FreePort.withLoopback(port: port) { address, length in
      _ = sendto(socket.number, packet.bytes, packet.bytes.count, Int32(MSG_DONTWAIT), address, length)
    }
  }

  private static func boundSocket() throws -> (Descriptor, UInt16) {
    let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw HarnessError("socket: \(String(cString: strerror(errno)))") }
    let descriptor = Descriptor(owning: number)
    var size: Int32 = 4 << 20
    setsockopt(number, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    guard FreePort.withLoopback(port: 0, { bind(number, $0, $1) }) == 0 else {
      throw HarnessError("bind: \(String(cString: strerror(errno)))")
    }
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
    }
    guard status == 0 else { throw HarnessError("getsockname: \(String(cString: strerror(errno)))") }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }
}
