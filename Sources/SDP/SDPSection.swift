/// The lines of a description's session level or of one media section.
package protocol SDPSection {
  /// In order.
  var lines: [SDPLine] { get }
}

extension SDPSection {
  package var attributes: some Sequence<SDPAttribute> { lines.lazy.compactMap(\.attribute) }

  /// The first non-nil result of `pick`.
  func first<Value>(_ pick: (SDPAttribute) -> Value?) -> Value? {
    for line in lines { if let attribute = line.attribute, let value = pick(attribute) { return value } }
    return nil
  }

  func all<Value>(_ pick: (SDPAttribute) -> Value?) -> [Value] { lines.compactMap { $0.attribute.flatMap(pick) } }

  func has(_ attribute: SDPAttribute) -> Bool { lines.contains { $0.attribute == attribute } }

  package var connection: SDPAddress? {
    lines.lazy.compactMap { if case .connection(let address) = $0.content { address } else { nil } }.first
  }

  package var bandwidths: [SDPBandwidth] {
    lines.compactMap { if case .bandwidth(let bandwidth) = $0.content { bandwidth } else { nil } }
  }

  package var direction: RTPTransceiverDirection? {
    first { if case .direction(let value) = $0 { value } else { nil } }
  }

  package var iceUfrag: String? { first { if case .iceUfrag(let value) = $0 { value } else { nil } } }
  package var icePwd: String? { first { if case .icePwd(let value) = $0 { value } else { nil } } }
  package var iceOptions: [String]? { first { if case .iceOptions(let value) = $0 { value } else { nil } } }
  package var setup: DTLSSetup? { first { if case .setup(let value) = $0 { value } else { nil } } }
  package var allowsMixedExtensions: Bool { has(.extmapAllowMixed) }

  package var fingerprints: [RTCDtlsFingerprint] {
    all { if case .fingerprint(let value) = $0 { value } else { nil } }
  }

  package var headerExtensions: [RTPHeaderExtensionMapping] {
    all { if case .extmap(let value) = $0 { value } else { nil } }
  }
}
