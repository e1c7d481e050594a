internal import Media

extension RTCTransport {
  /// Distinguishes DTLS, RTP and RTCP by the first two bytes (RFC 7983, RFC 5761).
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
    // Packets without a handler need not be decrypted.
    guard let handler = isRTCP ? onRTCP : onRTP,
      let result = isRTCP ? srtp?.unprotectRTCP(bytes) : srtp?.unprotectRTP(bytes)
    else {
      counters.ignored += 1
      return
    }
    switch result {
    case .success(let length):
      noteReceived(now: now)
      let packet = UnsafeRawBufferPointer(rebasing: bytes[..<length]).bindMemory(to: UInt8.self)
      handler(packet.span, now)
    case .failure(.replayed): counters.replayed += 1
    case .failure(.notAuthentic): counters.notAuthentic += 1
    case .failure(.malformed), .failure(.tooManyStreams): counters.ignored += 1
    }
  }

  private func noteReceived(now: MediaTime) {
    lastReceived = now
    silence.received(now: now)
    if isSilent {
      isSilent = false
      updateICEState()
    }
    if current.isConsentStrict {
      // An authentic packet shows that the peer is there. Deferred, since libnice is the caller of this.
      let agent = current
      thread.later { agent.isConsentStrict = false }
    }
    if silenceTimer == nil {
      let timer = NetworkTimer(thread: thread) { [weak self] now in self?.checkSilence(now: now) }
      timer.deadline = silence.deadline
      silenceTimer = timer
    }
  }

  /// Checks whether the peer is silent. The timer is moved on when it fires, not with every packet.
  private func checkSilence(now: MediaTime) {
    isSilent = silence.isSilent(now: now)
    if isSilent {
      current.isConsentStrict = true
      updateICEState()
      silenceTimer = nil
    } else if let deadline = silence.deadline {
      if silence.needsStrictConsent(now: now) { current.isConsentStrict = true }
      silenceTimer?.deadline = max(deadline, now + .seconds(1))
    }
  }
}
