/// The attribute of an `a=` line. Attributes that Oriel does not use keep their name and value.
package enum SDPAttribute: Sendable, Hashable {
  // The session and its sections.
  case group(SDPGroup)
  case bundleOnly
  case mid(String)
  case msid(MediaStreamIdentifier)
  case direction(RTPTransceiverDirection)
  // The network.
  case iceUfrag(String)
  case icePwd(String)
  case iceOptions([String])
  case iceLite
  case candidate(ICECandidate)
  case endOfCandidates
  case rtcp(RTCPAddress)
  case rtcpMux
  case rtcpMuxOnly
  case rtcpRsize
  // Security.
  case fingerprint(RTCDtlsFingerprint)
  case setup(DTLSSetup)
  // Media.
  case rtpmap(RTPMap)
  case fmtp(FormatParameters)
  case extmap(RTPHeaderExtensionMapping)
  case extmapAllowMixed
  case ssrc(SSRCAttribute)
  case ssrcGroup(SSRCGroup)
  // Quality.
  case rtcpFeedback(RTCPFeedback)
  /// Milliseconds of sound in a packet.
  case ptime(Int)
  /// Maximum milliseconds of sound in a packet.
  case maxptime(Int)
  /// Any other, such as `rid` and `simulcast`.
  case other(name: String, value: String?)
}

extension SDPAttribute: CustomStringConvertible {
  package var name: String {
    switch self {
    case .group: "group"
    case .bundleOnly: "bundle-only"
    case .mid: "mid"
    case .msid: "msid"
    case .direction(let direction): direction.rawValue
    case .iceUfrag: "ice-ufrag"
    case .icePwd: "ice-pwd"
    case .iceOptions: "ice-options"
    case .iceLite: "ice-lite"
    case .candidate: "candidate"
    case .endOfCandidates: "end-of-candidates"
    case .rtcp: "rtcp"
    case .rtcpMux: "rtcp-mux"
    case .rtcpMuxOnly: "rtcp-mux-only"
    case .rtcpRsize: "rtcp-rsize"
    case .fingerprint: "fingerprint"
    case .setup: "setup"
    case .rtpmap: "rtpmap"
    case .fmtp: "fmtp"
    case .extmap: "extmap"
    case .extmapAllowMixed: "extmap-allow-mixed"
    case .ssrc: "ssrc"
    case .ssrcGroup: "ssrc-group"
    case .rtcpFeedback: "rtcp-fb"
    case .ptime: "ptime"
    case .maxptime: "maxptime"
    case .other(let name, _): name
    }
  }

  /// The text after the colon; nil without a colon.
  package var value: String? {
    switch self {
    case .bundleOnly, .direction, .iceLite, .endOfCandidates, .rtcpMux, .rtcpMuxOnly, .rtcpRsize, .extmapAllowMixed: nil
    case .group(let group): group.description
    case .mid(let mid): mid
    case .msid(let msid): msid.description
    case .iceUfrag(let text), .icePwd(let text): text
    case .iceOptions(let options): options.joined(separator: " ")
    case .candidate(let candidate): candidate.description
    case .rtcp(let address): address.description
    case .fingerprint(let fingerprint): fingerprint.description
    case .setup(let setup): setup.rawValue
    case .rtpmap(let map): map.description
    case .fmtp(let parameters): parameters.description
    case .extmap(let mapping): mapping.description
    case .ssrc(let attribute): attribute.description
    case .ssrcGroup(let group): group.description
    case .rtcpFeedback(let feedback): feedback.description
    case .ptime(let milliseconds), .maxptime(let milliseconds): String(milliseconds)
    case .other(_, let value): value
    }
  }

  package var description: String { value.map { "\(name):\($0)" } ?? name }
}
