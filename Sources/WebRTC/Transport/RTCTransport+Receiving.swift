internal import Media

extension RTCTransport {
  /// Tells DTLS, RTP and RTCP apart by the first two bytes (RFC 7983, RFC 5761).
  func receive(_ bytes: UnsafeMutableRawBufferPointer) {
    let now = MediaTime.now
    counters.packetsReceived += 1
    counters.bytesReceived += UInt64(bytes.count)
    guard bytes.count >= 2 else {
      counters.ignored += 1
      return
    }
    switch bytes[0] {
    case 20...63: receiveDTLS(UnsafeRawBufferPointer(bytes))
    case 128...191: receiveSRTP(bytes, isRTCP: (192...223).contains(bytes[1]), now: now)
    default: counters.ignored += 1
    }
  }

  private func receiveDTLS(_ bytes: UnsafeRawBufferPointer) {
    if let dtls { return dtls.receive(bytes) }
    guard dtlsState == .new, earlyPackets.count < Self.earlyPacketLimit, bytes.count <= Self.largestPacket else {
      counters.ignored += 1
      return
    }
    earlyPackets.append(Array(bytes))
    startDTLS()
  }

  private func receiveSRTP(_ bytes: UnsafeMutableRawBufferPointer, isRTCP: Bool, now: MediaTime) {
    // What nobody takes need not be decrypted.
    guard let take = isRTCP ? onRTCP : onRTP,
      let result = isRTCP ? srtp?.unprotectRTCP(bytes) : srtp?.unprotectRTP(bytes)
    else {
      counters.ignored += 1
      return
    }
    switch result {
    case .success(let length):
      hear(now: now)
      let packet = UnsafeRawBufferPointer(rebasing: bytes[..<length]).bindMemory(to: UInt8.self)
      take(packet.span, now)
    case .failure(.replayed): counters.replayed += 1
    case .failure(.notAuthentic): counters.notAuthentic += 1
    case .failure(.malformed), .failure(.tooManyStreams): counters.ignored += 1
    }
  }

  private func hear(now: MediaTime) {
    lastReceived = now
    silence.received(now: now)
    if isSilent {
      isSilent = false
      updateICEState()
    }
    if current.isConsentStrict {
      // It is there, as what is authentic shows. Within libnice's call; so from the loop.
      let agent = current
      thread.later { agent.isConsentStrict = false }
    }
    if silenceTimer == nil {
      let timer = RTCTimer(thread: thread) { [weak self] now in self?.listen(now: now) }
      timer.deadline = silence.deadline
      silenceTimer = timer
    }
  }

  /// Looks whether the peer is silent. Not for every packet: the timer is moved on when it fires.
  private func listen(now: MediaTime) {
    isSilent = silence.isSilent(now: now)
    if isSilent {
      current.isConsentStrict = true
      updateICEState()
      silenceTimer = nil
    } else if let deadline = silence.deadline {
      if silence.isInDoubt(now: now) { current.isConsentStrict = true }
      silenceTimer?.deadline = max(deadline, now + .seconds(1))
    }
  }
}
