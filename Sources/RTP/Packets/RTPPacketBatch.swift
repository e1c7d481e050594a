/// Packets ready to be encrypted and sent, in reused storage.
///
/// One batch serves all sessions of a thread in turn: `RTPSession.drain` fills it, its owner encrypts the packets in
/// place, sends them and calls `removeAll`. Not to be shared by threads.
package final class RTPPacketBatch {
  /// The largest size of a drained packet, in bytes.
  package static let packetLimit = 1456
  /// Bytes reserved behind a drained packet for its protection: what libsrtp2 asks for.
  package static let trailerRoom = 144
  static let slotSize = packetLimit + trailerRoom

  /// The number of packets that fit.
  package let capacity: Int
  /// The number of packets present.
  package private(set) var count = 0
  private let storage: UnsafeMutableRawPointer
  private let lengths: UnsafeMutablePointer<Int32>
  private let control: UnsafeMutablePointer<Bool>

  /// Room for `capacity` packets, 1.6 kB each.
  package init(capacity: Int = 64) {
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

  /// Whether the batch has no room for another packet.
  package var isFull: Bool { count == capacity }

  /// The bytes of a packet; valid until `removeAll`, and while the batch exists.
  package func packet(_ index: Int) -> UnsafeMutableRawBufferPointer {
    precondition(index >= 0 && index < count)
    return UnsafeMutableRawBufferPointer(start: storage + index * Self.slotSize, count: Int(lengths[index]))
  }

  /// The packet and the reserved bytes behind it.
  package func slot(_ index: Int) -> UnsafeMutableRawBufferPointer {
    precondition(index >= 0 && index < count)
    return UnsafeMutableRawBufferPointer(start: storage + index * Self.slotSize, count: Self.slotSize)
  }

  /// Whether a packet is RTCP, which is protected differently (SRTCP).
  package func isRTCP(_ index: Int) -> Bool {
    precondition(index >= 0 && index < count)
    return control[index]
  }

  /// Removes all packets.
  package func removeAll() { count = 0 }

  /// The storage of the next packet.
  /// - Precondition: the batch is not full.
  package var next: UnsafeMutableRawBufferPointer {
    precondition(count < capacity)
    return UnsafeMutableRawBufferPointer(start: storage + count * Self.slotSize, count: Self.packetLimit)
  }

  /// Adds the packet that was written to `next`.
  package func append(length: Int, isRTCP: Bool) {
    precondition(count < capacity && length >= 0 && length <= Self.packetLimit)
    lengths[count] = Int32(truncatingIfNeeded: length)
    control[count] = isRTCP
    count += 1
  }
}
