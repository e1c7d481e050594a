/// Packets ready to be protected and sent, in storage that is used again and again.
///
/// One batch serves all sessions of a thread, one after the other: `RTPSession.drain` fills it, its owner protects the
/// packets in place, sends them and calls `removeAll`. Not to be shared by threads.
public final class RTPPacketBatch {
  /// The most bytes that a packet has when it is drained.
  public static let packetLimit = 1456
  /// Bytes behind a drained packet that its protection may use: what libsrtp2 asks for.
  public static let trailerRoom = 144
  static let slotSize = packetLimit + trailerRoom

  /// How many packets fit.
  public let capacity: Int
  /// How many are in it.
  public private(set) var count = 0
  private let storage: UnsafeMutableRawPointer
  private let lengths: UnsafeMutablePointer<Int32>
  private let control: UnsafeMutablePointer<Bool>

  /// Room for `capacity` packets, 1.6 kB each.
  public init(capacity: Int = 64) {
    precondition(capacity > 0)
    self.capacity = capacity
    storage = .allocate(byteCount: capacity * Self.slotSize, alignment: 16)
    storage.initializeMemory(as: UInt8.self, repeating: 0, count: capacity * Self.slotSize)
    lengths = .allocate(capacity: capacity)
    lengths.initialize(repeating: 0, count: capacity)
    control = .allocate(capacity: capacity)
    control.initialize(repeating: false, count: capacity)
  }

  deinit {
    storage.deallocate()
    lengths.deallocate()
    control.deallocate()
  }

  /// Whether no packet fits any more.
  public var isFull: Bool { count == capacity }

  /// The bytes of a packet; valid until `removeAll`, and as long as the batch.
  public func packet(_ index: Int) -> UnsafeMutableRawBufferPointer {
    precondition(index >= 0 && index < count)
    return UnsafeMutableRawBufferPointer(start: storage + index * Self.slotSize, count: Int(lengths[index]))
  }

  /// The packet and the room behind it.
  public func slot(_ index: Int) -> UnsafeMutableRawBufferPointer {
    precondition(index >= 0 && index < count)
    return UnsafeMutableRawBufferPointer(start: storage + index * Self.slotSize, count: Self.slotSize)
  }

  /// Whether a packet is RTCP, which is protected in another way.
  public func isRTCP(_ index: Int) -> Bool {
    precondition(index >= 0 && index < count)
    return control[index]
  }

  /// Says how long a packet has become; 0 for one that is not to be sent.
  public func setLength(_ length: Int, at index: Int) {
    precondition(index >= 0 && index < count && length >= 0 && length <= Self.slotSize)
    lengths[index] = Int32(truncatingIfNeeded: length)
  }

  /// Forgets the packets.
  public func removeAll() { count = 0 }

  /// Where the next packet goes.
  /// - Precondition: not full.
  var next: UnsafeMutableRawBufferPointer {
    precondition(count < capacity)
    return UnsafeMutableRawBufferPointer(start: storage + count * Self.slotSize, count: Self.packetLimit)
  }

  /// Takes in what was written to `next`.
  func append(length: Int, isRTCP: Bool) {
    precondition(count < capacity && length >= 0 && length <= Self.packetLimit)
    lengths[count] = Int32(truncatingIfNeeded: length)
    control[count] = isRTCP
    count += 1
  }
}
