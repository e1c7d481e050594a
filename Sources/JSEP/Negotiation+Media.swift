internal import RTP
internal import SDP

extension Negotiation {
  /// The negotiated result of a section's two descriptions; nil when it is rejected.
  func agreed(
    at index: Int, local: MediaDescription, remote: MediaDescription, _ session: SessionDescription, isLocalAnswer: Bool
  ) -> NegotiatedMedia? {
    let section = self.session.sections[index]
    guard let id = section.transceiver, let transceiver = self[id], let transport = section.transport,
      let kind = local.media.kind.rtp, !local.isRejected, !remote.isRejected
    else { return nil }
    let own = local.codecs
    let theirs = remote.codecs
    // The answer's order of preference applies.
    let codecs = (isLocalAnswer ? own : theirs).compactMap { codec in
      codec.isRepair ? nil : theirs.first { $0.isSameFormat(as: codec) }
    }.filter { codec in own.contains { $0.isSameFormat(as: codec) } }
    let remoteDirection = remote.direction ?? session.direction ?? .sendrecv
    let direction = (local.direction ?? .sendrecv).intersection(remoteDirection.reversed)
    let answer = isLocalAnswer ? local : remote
    var media = NegotiatedMedia(
      transceiver: id, kind: kind, mid: section.mid, mLineIndex: index, transport: transport, direction: direction,
      codecs: codecs, extensions: RTPHeaderExtensionIDs(), reducedSizeRTCP: answer.hasReducedSizeRTCP)
    for mapping in answer.headerExtensions {
      if let name = RTPHeaderExtension(rawValue: mapping.uri), let id = UInt8(exactly: mapping.id), id <= 14 {
        media.extensions[name] = id
      }
    }
    media.maximumBitrate = remote.bandwidths.lazy.compactMap(\.bitsPerSecond).first
    if direction.sends { media.send = sendParameters(media, transceiver, own: own, theirs: theirs) }
    if direction.receives {
      media.receive = receiveParameters(media, own: own, theirs: theirs, remote)
      media.remoteCNAME = remote.ssrcAttributes.first { $0.name == "cname" }?.value
    }
    return media
  }

  private func sendParameters(
    _ media: NegotiatedMedia, _ transceiver: NegotiatedTransceiver, own: [RTPCodec], theirs: [RTPCodec]
  ) -> RTPSendParameters? {
    guard let codec = media.codecs.first else { return nil }
    var parameters = RTPSendParameters(
      kind: media.kind, ssrc: transceiver.ssrc, payloadType: codec.payloadType, clockRate: Int(codec.clockRate),
      mid: media.extensions.mid == 0 ? "" : media.mid)
    if own.contains(where: \.isRTX),
      let rtx = theirs.first(where: { $0.isRTX && $0.associatedPayloadType == codec.payloadType })
    {
      parameters.rtxSSRC = transceiver.rtxSSRC
      parameters.rtxPayloadType = rtx.payloadType
    }
    if own.contains(where: \.isRED) {
      parameters.redPayloadType = theirs.first { $0.isRED && $0.redundantPayloadType == codec.payloadType }?.payloadType
    }
    parameters.extensions = media.extensions
    parameters.feedback = feedback(codec, own)
    if !configuration.sendsTransportSequenceNumbers {
      parameters.extensions.transportSequenceNumber = 0
      parameters.feedback.remove(.transportCC)
    }
    return parameters
  }

  private func receiveParameters(
    _ media: NegotiatedMedia, own: [RTPCodec], theirs: [RTPCodec], _ remote: MediaDescription
  ) -> RTPReceiveParameters {
    var parameters = RTPReceiveParameters(kind: media.kind, mid: media.mid, formats: [:])
    for codec in media.codecs {
      guard let mine = own.first(where: { $0.isSameFormat(as: codec) }) else { continue }
      parameters.formats[mine.payloadType] = media.kind == .video ? .vp8 : .opus
      if let rtx = own.first(where: { $0.isRTX && $0.associatedPayloadType == mine.payloadType }) {
        parameters.formats[rtx.payloadType] = .rtx(mine.payloadType)
      }
      if let red = own.first(where: { $0.isRED && $0.redundantPayloadType == mine.payloadType }) {
        parameters.formats[red.payloadType] = .red(mine.payloadType)
      }
    }
    if let codec = media.codecs.first { parameters.feedback = feedback(codec, own) }
    let pairs = remote.ssrcGroups.filter { $0.semantics == "FID" && $0.ssrcs.count == 2 }
    let repairs = Set(pairs.map { $0.ssrcs[1] })
    parameters.ssrc = remote.ssrcAttributes.lazy.map(\.ssrc).first { !repairs.contains($0) }
    parameters.rtxSSRC = pairs.first { $0.ssrcs[0] == parameters.ssrc }?.ssrcs[1]
    return parameters
  }

  /// The feedback that both sides support.
  private func feedback(_ codec: RTPCodec, _ own: [RTPCodec]) -> RTCPFeedbackKinds {
    codec.feedback.intersection(own.first { $0.isSameFormat(as: codec) }?.feedback ?? [])
  }
}
