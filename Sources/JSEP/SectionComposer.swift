internal import RTP
internal import SDP

/// Composes a media section of an offer or answer. Source: RFC 9429 §5.2.1 and §5.3.1.
struct SectionComposer {
  var kind: RTPMediaKind
  /// The transport profile; an answer repeats the offer's.
  var profile = "UDP/TLS/RTP/SAVPF"
  var mid: String?
  var direction: RTPTransceiverDirection
  var codecs: [RTPCodec]
  var extensions: [RTPHeaderExtensionMapping]
  /// Whether it is bundle-only, and so has no transport of its own.
  var isBundleOnly = false
  var hasReducedSizeRTCP = true
  var ice: ICEParameters
  var fingerprints: [RTCDtlsFingerprint]
  var setup: DTLSSetup
  var transceiver: NegotiatedTransceiver
  var cname: String

  func compose() -> MediaDescription {
    let media = SDPMedia(
      kind: kind == .audio ? .audio : .video, port: isBundleOnly ? 0 : 9, transport: profile,
      formats: codecs.map(\.payloadType.description))
    var attributes: [SDPAttribute] = []
    attributes.append(isBundleOnly ? .bundleOnly : .rtcp(RTCPAddress(port: 9, address: .unspecified)))
    // Each section of a bundle repeats the transport attributes: some peers require it (aiortc), and browsers do the
    // same.
    attributes += [.iceUfrag(ice.usernameFragment), .icePwd(ice.password)]
    attributes += fingerprints.map(SDPAttribute.fingerprint)
    attributes.append(.setup(setup))
    if let mid { attributes.append(.mid(mid)) }
    attributes += extensions.map(SDPAttribute.extmap)
    attributes.append(.direction(direction))
    if direction.sends { attributes += msids.map(SDPAttribute.msid) }
    attributes.append(.rtcpMux)
    if hasReducedSizeRTCP { attributes.append(.rtcpRsize) }
    for codec in codecs { attributes += Self.attributes(of: codec) }
    if direction.sends { attributes += sources }
    return MediaDescription(media, lines: [SDPLine(.connection(.unspecified))] + attributes.map { SDPLine($0) })
  }

  /// A rejected section, which keeps its place.
  static func rejected(_ media: SDPMedia, mid: String?) -> MediaDescription {
    var media = media
    media.port = 0
    media.portCount = nil
    var lines = [SDPLine(.connection(.unspecified))]
    if let mid { lines.append(SDPLine(.mid(mid))) }
    lines.append(SDPLine(.direction(.inactive)))
    return MediaDescription(media, lines: lines)
  }

  private var msids: [MediaStreamIdentifier] {
    let streams = transceiver.sendStreams.isEmpty ? ["-"] : transceiver.sendStreams
    return streams.map { MediaStreamIdentifier(stream: $0, track: transceiver.sendTrackID) }
  }

  private var sources: [SDPAttribute] {
    let hasRTX = codecs.contains(where: \.isRTX)
    let ssrcs = hasRTX ? [transceiver.ssrc, transceiver.rtxSSRC] : [transceiver.ssrc]
    var attributes: [SDPAttribute] = hasRTX ? [.ssrcGroup(SSRCGroup(semantics: "FID", ssrcs: ssrcs))] : []
    for ssrc in ssrcs {
      attributes.append(.ssrc(SSRCAttribute(ssrc: ssrc, name: "cname", value: cname)))
      // For peers older than the section-level attribute of RFC 8830.
      attributes += msids.prefix(1).map { .ssrc(SSRCAttribute(ssrc: ssrc, name: "msid", value: $0.description)) }
    }
    return attributes
  }

  private static func attributes(of codec: RTPCodec) -> [SDPAttribute] {
    let type = codec.payloadType
    var attributes: [SDPAttribute] = [
      .rtpmap(
        RTPMap(payloadType: type, name: codec.name, clockRate: codec.clockRate, channels: codec.channels))
    ]
    attributes += codec.feedback.lines(of: type).map(SDPAttribute.rtcpFeedback)
    if !codec.parameters.isEmpty {
      attributes.append(.fmtp(FormatParameters(payloadType: type, parameters: codec.parameters)))
    }
    return attributes
  }
}

extension RTCPFeedbackKinds {
  /// The `rtcp-fb` lines.
  func lines(of type: PayloadType) -> [RTCPFeedback] {
    let all: [(RTCPFeedbackKinds, String, String?)] = [
      (.remb, "goog-remb", nil), (.transportCC, "transport-cc", nil), (.fir, "ccm", "fir"), (.nack, "nack", nil),
      (.pli, "nack", "pli"),
    ]
    return all.filter { contains($0.0) }.map { RTCPFeedback(payloadType: type, kind: $0.1, parameter: $0.2) }
  }
}
