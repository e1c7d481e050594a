/// The lines of a description's session level or of one media section.
public protocol SDPSection {
  /// In order.
  var lines: [SDPLine] { get }
}

extension SDPSection {
  public var attributes: some Sequence<SDPAttribute> { lines.lazy.compactMap(\.attribute) }

  /// The first non-nil result of `pick`.
  func first<Value>(_ pick: (SDPAttribute) -> Value?) -> Value? {
    for line in lines { if let attribute = line.attribute, let value = pick(attribute) { return value } }
    return nil
  }

  func all<Value>(_ pick: (SDPAttribute) -> Value?) -> [Value] { lines.compactMap { $0.attribute.flatMap(pick) } }

  func has(_ attribute: SDPAttribute) -> Bool { lines.contains { $0.attribute == attribute } }

  public var connection: SDPAddress? {
    lines.lazy.compactMap { if case .connection(let address) = $0.content { address } else { nil } }.first
  }

  public var bandwidths: [SDPBandwidth] {
    lines.compactMap { if case .bandwidth(let bandwidth) = $0.content { bandwidth } else { nil } }
  }

  public var direction: RTPTransceiverDirection? {
    first { if case .direction(let value) = $0 { value } else { nil } }
  }

  public var iceUfrag: String? { first { if case .iceUfrag(let value) = $0 { value } else { nil } } }
  public var icePwd: String? { first { if case .icePwd(let value) = $0 { value } else { nil } } }
  public var iceOptions: [String]? { first { if case .iceOptions(let value) = $0 { value } else { nil } } }
  public var setup: DTLSSetup? { first { if case .setup(let value) = $0 { value } else { nil } } }
  public var allowsMixedExtensions: Bool { has(.extmapAllowMixed) }

  public var fingerprints: [RTCDtlsFingerprint] {
    all { if case .fingerprint(let value) = $0 { value } else { nil } }
  }

  public var headerExtensions: [RTPHeaderExtensionMapping] {
    all { if case .extmap(let value) = $0 { value } else { nil } }
  }
}
