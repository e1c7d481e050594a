internal import Encoding
internal import JSEP
internal import Media
public import RTP

/// Statistics. Source: W3C WebRTC §8, webrtc-stats.
extension RTCPeerConnection {
  /// The statistics of all transports and streams; empty once closed.
  public func getStats() -> RTCStatsReport {
    let now = MediaTime.now
    let time = timestamp(now)
    var report = RTCStatsReport()
    var roundTrips: [ObjectIdentifier: Double] = [:]
    for transceiver in transceivers {
      if let sent = transceiver.sender.stats(now: now, timestamp: time) {
        for stats in sent.stats { report.add(stats) }
        roundTrips[ObjectIdentifier(sent.transport)] = sent.roundTripTime
      }
      for stats in transceiver.receiver.stats(now: now) { report.add(stats) }
    }
    for media in transports.values {
      let stats = media.transport.statistics().report(
        id: media.id, now: now, roundTripTime: roundTrips[ObjectIdentifier(media)],
        availableBitrate: Double(media.session.estimatedBitrate), timestamp: timestamp)
      for stats in stats { report.add(stats) }
    }
    return report
  }

  private func timestamp(_ time: MediaTime) -> Double { MediaTransport.clock.time(at: time).unixMilliseconds }
}

extension RTCRtpSender {
  /// The statistics of this sender. Source: W3C WebRTC §5.2, `getStats`.
  public func getStats() -> RTCStatsReport {
    let now = MediaTime.now
    var report = RTCStatsReport()
    let sent = stats(now: now, timestamp: MediaTransport.clock.time(at: now).unixMilliseconds)
    for stats in sent?.stats ?? [] { report.add(stats) }
    return report
  }

  fileprivate func stats(
    now: MediaTime, timestamp: Double
  ) -> (stats: [any RTCStats], transport: MediaTransport, roundTripTime: Double?)? {
    guard let rtp else { return nil }
    let (session, transportID) = (rtp.transport.session, rtp.transport.id)
    let name = id.rawValue
    guard var outbound = session.outboundStats(rtp.sender, id: "\(transportID)-outbound-\(name)", now: now) else {
      return nil
    }
    outbound.transportId = transportID
    outbound.active = encoding.active
    var stats: [any RTCStats] = []
    if let codec = codecs.first {
      let codecStats = RTCCodecStats(
        codec, id: "\(transportID)-codec-send-\(name)", transport: transportID, timestamp: timestamp)
      outbound.codecId = codecStats.id
      stats.append(codecStats)
    }
    if let track, kind == .video {
      var media = RTCVideoSourceStats(id: "source-\(track.id)", timestamp: timestamp, trackIdentifier: track.id)
      let settings = track.getSettings()
      (media.width, media.height) = (settings.width, settings.height)
      if let encoder = encoderStatistics {
        media.frames = UInt64(encoder.framesCaptured)
        outbound.framesPerSecond = source?.encoded.framesPerSecond(now: .now)
        outbound.framesEncoded = UInt64(encoder.framesEncoded)
        outbound.keyFramesEncoded = UInt64(encoder.keyFrames)
        outbound.totalEncodeTime = encoder.encodeTime.seconds
        outbound.encoderImplementation = "libvpx"
        (outbound.frameWidth, outbound.frameHeight) = (source?.encoded.size?.width, source?.encoded.size?.height)
      }
      outbound.mediaSourceId = media.id
      stats.append(media)
    }
    if let track, kind == .audio {
      var media = RTCAudioSourceStats(id: "source-\(track.id)", timestamp: timestamp, trackIdentifier: track.id)
      if let encoder = source?.encoded.audioStatistics {
        media.audioLevel = encoder.level
        media.totalAudioEnergy = encoder.energy
        media.totalSamplesDuration = Double(encoder.packets) * AudioEncoder.packetDuration.seconds
      }
      if case .audio(let settings) = source?.encoded.settings { outbound.targetBitrate = Double(settings.bitrate) }
      outbound.mediaSourceId = media.id
      stats.append(media)
    }
    let remoteID = "\(transportID)-remote-inbound-\(name)"
    var remote = session.remoteInboundStats(rtp.sender, id: remoteID, now: now)
    remote?.localId = outbound.id
    remote?.transportId = transportID
    remote?.codecId = outbound.codecId
    outbound.remoteId = remote == nil ? nil : remoteID
    if let remote { stats.append(remote) }
    stats.append(outbound)
    return (stats, rtp.transport, remote?.roundTripTime)
  }
}

extension RTCRtpReceiver {
  /// The statistics of this receiver. Source: W3C WebRTC §5.3, `getStats`.
  public func getStats() -> RTCStatsReport {
    var report = RTCStatsReport()
    for stats in stats(now: .now) { report.add(stats) }
    return report
  }

  fileprivate func stats(now: MediaTime) -> [any RTCStats] {
    guard let rtp else { return [] }
    let transportID = rtp.transport.id
    let id = "\(transportID)-inbound-\(track.id)"
    guard var inbound = rtp.transport.session.inboundStats(rtp.receiver, id: id, now: now) else { return [] }
    inbound.transportId = transportID
    inbound.trackIdentifier = track.id
    return [inbound]
  }
}

extension RTCCodecStats {
  fileprivate init(_ codec: RTCRtpCodecParameters, id: String, transport: String, timestamp: Double) {
    self.init(
      id: id, timestamp: timestamp, payloadType: PayloadType(rawValue: UInt8(clamping: codec.payloadType)),
      transportId: transport, mimeType: codec.mimeType)
    clockRate = codec.clockRate
    channels = codec.channels
  }
}
