package import Media

extension RTPSession {
  /// A sender's statistics, except those that only its encoder and connection know.
  package func outboundStats(_ sender: RTPSenderID, id: String, now: MediaTime) -> RTCOutboundRtpStreamStats? {
    guard let stream = sending.stream(sender) else { return nil }
    let counters = stream.counters
    let isVideo = stream.parameters.kind == .video
    var stats = RTCOutboundRtpStreamStats(
      id: id, timestamp: configuration.ntpClock.time(at: now).unixMilliseconds, ssrc: stream.parameters.ssrc,
      kind: stream.parameters.kind)
    stats.mid = stream.parameters.mid.isEmpty ? nil : stream.parameters.mid
    stats.rtxSsrc = stream.usesRTX ? stream.parameters.rtxSSRC : nil
    stats.packetsSent = counters.packetsSent
    stats.bytesSent = counters.bytesSent
    stats.headerBytesSent = counters.headerBytesSent
    stats.retransmittedPacketsSent = counters.retransmittedPacketsSent
    stats.retransmittedBytesSent = counters.retransmittedBytesSent
    stats.totalPacketSendDelay = counters.totalPacketSendDelay.seconds
    stats.nackCount = counters.nackCount
    if isVideo {
      stats.targetBitrate = Double(estimatedBitrate)
      stats.framesSent = counters.framesSent
      stats.framesDropped = counters.framesDropped
      stats.firCount = counters.firCount
      stats.pliCount = counters.pliCount
    }
    return stats
  }

  /// The remote end's last report on a sender; nil before the first one.
  package func remoteInboundStats(_ sender: RTPSenderID, id: String, now: MediaTime) -> RTCRemoteInboundRtpStreamStats?
  {
    guard let stream = sending.stream(sender), stream.counters.hasReport else { return nil }
    let counters = stream.counters
    var stats = RTCRemoteInboundRtpStreamStats(
      id: id, timestamp: configuration.ntpClock.time(at: now).unixMilliseconds, ssrc: stream.parameters.ssrc,
      kind: stream.parameters.kind)
    stats.packetsLost = counters.packetsLost
    stats.packetsReceived = counters.packetsReceived
    stats.fractionLost = counters.fractionLost
    stats.jitter = counters.jitter
    stats.roundTripTime = counters.roundTripTime?.seconds
    stats.totalRoundTripTime = counters.totalRoundTripTime.seconds
    stats.roundTripTimeMeasurements = counters.roundTripTimeMeasurements
    return stats
  }

  /// A receiver's statistics; nil before its SSRC is known.
  package func inboundStats(_ receiver: RTPReceiverID, id: String, now: MediaTime) -> RTCInboundRtpStreamStats? {
    guard let stream = receiving.stream(receiver), let ssrc = stream.ssrc else { return nil }
    let counters = stream.currentCounters
    let clock = configuration.ntpClock
    var stats = RTCInboundRtpStreamStats(
      id: id, timestamp: clock.time(at: now).unixMilliseconds, ssrc: ssrc, kind: stream.parameters.kind)
    stats.mid = stream.parameters.mid.isEmpty ? nil : stream.parameters.mid
    stats.rtxSsrc = stream.rtxSSRC
    stats.packetsReceived = counters.packetsReceived
    stats.bytesReceived = counters.bytesReceived
    stats.headerBytesReceived = counters.headerBytesReceived
    stats.retransmittedPacketsReceived = counters.retransmittedPacketsReceived
    stats.retransmittedBytesReceived = counters.retransmittedBytesReceived
    stats.packetsLost = counters.packetsLost
    stats.packetsDiscarded = counters.packetsDiscarded
    stats.jitter = counters.jitter
    stats.lastPacketReceivedTimestamp = counters.lastPacketReceived.map { clock.time(at: $0).unixMilliseconds }
    stats.nackCount = counters.nackCount
    if stream.parameters.kind == .video {
      stats.frameWidth = counters.frameSize?.width
      stats.frameHeight = counters.frameSize?.height
      stats.framesReceived = counters.framesReceived
      stats.framesDropped = counters.framesDropped
      stats.firCount = counters.firCount
      stats.pliCount = counters.pliCount
    }
    return stats
  }
}
