internal import CNice
internal import Media
internal import RTP

#if canImport(Glibc)
  internal import Glibc
#endif

extension RTCTransport {
  /// Protects packets in place and sends them at once, with as few system calls as possible.
  /// - Returns: the number sent. The others are dropped and counted, for want of keys, of a path or of room in the socket. The
  ///   slots must not be used again.
  @discardableResult
  func send(_ batch: RTPPacketBatch, packets: Range<Int>) -> Int {
    guard srtp != nil, let path = current.path else {
      counters.packetsDiscardedOnSend += UInt64(packets.count)
      return 0
    }
    var sent = 0
    var next = packets.lowerBound
    while next < packets.upperBound {
      var count = 0
      var bytes = 0
      while next < packets.upperBound, count < vectors.count {
        let length = batch.packet(next).count
        let slot = batch.slot(next)
        let isRTCP = batch.isRTCP(next)
        next += 1
        guard length > 0, let size = protect(slot, length: length, isRTCP: isRTCP) else { continue }
        vectors[count] = iovec(iov_base: slot.baseAddress, iov_len: size)
        bytes += size
        count += 1
      }
      guard count > 0 else { continue }
      let passed = path.send(UnsafeMutableBufferPointer(rebasing: vectors[..<count]))
      for index in passed..<count { bytes -= vectors[index].iov_len }
      countSent(packets: passed, bytes: bytes)
      sent += passed
    }
    counters.packetsDiscardedOnSend += UInt64(packets.count - sent)
    return sent
  }

  /// Sends a copy of one RTP packet; false when it is dropped.
  @discardableResult
  func sendRTP(_ packet: Span<UInt8>) -> Bool { send(packet, isRTCP: false) }

  /// Sends a copy of one compound RTCP packet; false when it is dropped.
  @discardableResult
  func sendRTCP(_ packet: Span<UInt8>) -> Bool { send(packet, isRTCP: true) }

  private func send(_ packet: Span<UInt8>, isRTCP: Bool) -> Bool {
    let length = packet.count
    guard srtp != nil, let path = current.path, length + SRTPSession.trailerRoom + 4 <= scratch.count else {
      counters.packetsDiscardedOnSend += 1
      return false
    }
    packet.withUnsafeBytes { scratch.copyMemory(from: $0) }
    guard let size = protect(scratch, length: length, isRTCP: isRTCP),
      path.send(UnsafeRawBufferPointer(rebasing: scratch[..<size]))
    else {
      counters.packetsDiscardedOnSend += 1
      return false
    }
    countSent(packets: 1, bytes: size)
    return true
  }

  private func protect(_ buffer: UnsafeMutableRawBufferPointer, length: Int, isRTCP: Bool) -> Int? {
    if isRTCP { srtp?.protectRTCP(buffer, length: length) } else { srtp?.protectRTP(buffer, length: length) }
  }

  func countSent(packets: Int, bytes: Int) {
    guard packets > 0 else { return }
    counters.packetsSent += UInt64(packets)
    counters.bytesSent += UInt64(bytes)
    let now = MediaTime.now
    lastSent = now
    if srtp != nil { silence.sent(now: now) }
  }
}
