internal import RTP

/// A section of a description: an `m=` line and what follows it.
package struct MediaDescription: SDPSection, Sendable, Hashable {
  /// The `m=` line's content. Setting it updates the line, which is the first of `lines`.
  package var media: SDPMedia {
    didSet { lines[0] = SDPLine(.media(media)) }
  }
  /// In order; the first is the `m=` line.
  package var lines: [SDPLine]

  package init(_ media: SDPMedia, lines: [SDPLine] = []) {
    self.media = media
    self.lines = [SDPLine(.media(media))] + lines
  }

  /// - Parameter line: the original `m=` line.
  init(_ media: SDPMedia, line: SDPLine) {
    self.media = media
    lines = [line]
  }

  package var mid: String? { first { if case .mid(let value) = $0 { value } else { nil } } }
  package var msids: [MediaStreamIdentifier] { all { if case .msid(let value) = $0 { value } else { nil } } }
  package var candidates: [ICECandidate] { all { if case .candidate(let value) = $0 { value } else { nil } } }
  package var ssrcAttributes: [SSRCAttribute] { all { if case .ssrc(let value) = $0 { value } else { nil } } }
  package var ssrcGroups: [SSRCGroup] { all { if case .ssrcGroup(let value) = $0 { value } else { nil } } }
  package var hasEndOfCandidates: Bool { has(.endOfCandidates) }
  package var hasRTCPMux: Bool { has(.rtcpMux) || has(.rtcpMuxOnly) }
  package var hasReducedSizeRTCP: Bool { has(.rtcpRsize) }

  /// Whether an answer rejects the section, or an offer disables it. A bundle-only section has port 0, too, but is not
  /// rejected. Source: RFC 9143 §6.
  package var isRejected: Bool { media.port == 0 && !has(.bundleOnly) }
  package var isBundleOnly: Bool { media.port == 0 && has(.bundleOnly) }

  /// The codecs with an `rtpmap`, in the order of the `m=` line.
  package var codecs: [RTPCodec] {
    guard media.isRTP else { return [] }
    var maps: [PayloadType: RTPMap] = [:]
    var parameters: [PayloadType: [FormatParameters.Parameter]] = [:]
    var feedback: [PayloadType?: RTCPFeedbackKinds] = [:]
    for attribute in attributes {
      switch attribute {
      case .rtpmap(let map) where maps[map.payloadType] == nil: maps[map.payloadType] = map
      case .fmtp(let value): if let type = value.payloadType { parameters[type, default: []] += value.parameters }
      case .rtcpFeedback(let value): feedback[value.payloadType, default: []].formUnion(value.kinds)
      default: break
      }
    }
    var codecs: [RTPCodec] = []
    for type in media.payloadTypes {
      // Removed, so that a repeated payload type counts once.
      guard let map = maps.removeValue(forKey: type) else { continue }
      codecs.append(
        RTPCodec(
          payloadType: type, name: map.name, clockRate: map.clockRate, channels: map.channels,
          parameters: parameters[type] ?? [], feedback: (feedback[type] ?? []).union(feedback[.none] ?? [])))
    }
    return codecs
  }
}
