extension SDPAttribute {
  /// Parses the text after `a=`.
  /// - Throws: `.malformed` for a known attribute whose value does not follow its grammar.
  init(parsing text: Substring, line: Int) throws(SDPError) {
    let (name, value) = SDPText.splitOnce(text, at: ":")
    guard SDPText.isToken(name) else { throw SDPError(line: line, .malformed("a=")) }
    if let flag = Self.flag(name) {
      // A flag with a value is a different, unknown attribute.
      self = value == nil ? flag : .other(name: String(name), value: value.map(String.init))
      return
    }
    guard let known = Self.known(name, value ?? "") else {
      self = .other(name: String(name), value: value.map(String.init))
      return
    }
    guard let attribute = known else { throw SDPError(line: line, .malformed("a=\(name)")) }
    self = attribute
  }

  private static func flag(_ name: Substring) -> SDPAttribute? {
    switch name {
    case "bundle-only": .bundleOnly
    case "ice-lite": .iceLite
    case "end-of-candidates": .endOfCandidates
    case "rtcp-mux": .rtcpMux
    case "rtcp-mux-only": .rtcpMuxOnly
    case "rtcp-rsize": .rtcpRsize
    case "extmap-allow-mixed": .extmapAllowMixed
    default: RTPTransceiverDirection(rawValue: String(name)).map(SDPAttribute.direction)
    }
  }

  /// - Returns: nil for an unknown name, `.some(nil)` for a malformed value.
  private static func known(_ name: Substring, _ value: Substring) -> SDPAttribute?? {
    switch name {
    case "group": .some(SDPGroup(sdp: value).map(SDPAttribute.group))
    case "mid": .some(SDPText.isToken(value) ? .mid(String(value)) : nil)
    case "msid": .some(MediaStreamIdentifier(sdp: value).map(SDPAttribute.msid))
    case "ice-ufrag": .some(SDPText.isICE(value, length: 4...256) ? .iceUfrag(String(value)) : nil)
    case "ice-pwd": .some(SDPText.isICE(value, length: 22...256) ? .icePwd(String(value)) : nil)
    case "ice-options": .some(SDPText.fields(value).map { .iceOptions($0.map(String.init)) })
    case "candidate": .some(ICECandidate(sdp: value).map(SDPAttribute.candidate))
    case "rtcp": .some(RTCPAddress(sdp: value).map(SDPAttribute.rtcp))
    case "fingerprint": .some(RTCDtlsFingerprint(sdp: value).map(SDPAttribute.fingerprint))
    case "setup": .some(DTLSSetup(rawValue: String(value)).map(SDPAttribute.setup))
    case "rtpmap": .some(RTPMap(sdp: value).map(SDPAttribute.rtpmap))
    case "fmtp": .some(FormatParameters(sdp: value).map(SDPAttribute.fmtp))
    case "extmap": .some(RTPHeaderExtensionMapping(sdp: value).map(SDPAttribute.extmap))
    case "ssrc": .some(SSRCAttribute(sdp: value).map(SDPAttribute.ssrc))
    case "ssrc-group": .some(SSRCGroup(sdp: value).map(SDPAttribute.ssrcGroup))
    case "rtcp-fb": .some(RTCPFeedback(sdp: value).map(SDPAttribute.rtcpFeedback))
    case "ptime": .some(SDPText.decimal(value).map(SDPAttribute.ptime))
    case "maxptime": .some(SDPText.decimal(value).map(SDPAttribute.maxptime))
    default: nil
    }
  }
}
