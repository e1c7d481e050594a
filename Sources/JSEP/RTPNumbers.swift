internal import RTP
internal import SDP

/// The payload types and header extension identifiers of a session. A value is never reassigned, and all sections of a
/// bundle use the same values. Source: RFC 3264 §8.3.2, RFC 9143 §9 and §10.
struct RTPNumbers: Sendable {
  private struct Format: Hashable {
    var name: String
    var clockRate: UInt32
    var channels: UInt8
    var role: Role
  }

  /// The purpose of a codec's payload type.
  enum Role {
    case media, retransmission, redundancy
  }

  private var types: [Format: PayloadType] = [:]
  private var takenTypes: Set<PayloadType> = []
  private var extensions: [RTPHeaderExtension: UInt8] = [:]
  private var takenIDs: Set<UInt8> = []

  /// The payload type of a codec, or of its retransmissions or redundancy; nil when all are in use.
  mutating func payloadType(of codec: RTPCodecCapability, for role: Role = .media) -> PayloadType? {
    let format = Self.format(codec, role)
    if let known = types[format] { return known }
    let preferred =
      switch role {
      case .media: codec.payloadType.rawValue
      case .retransmission: codec.payloadType.rawValue + 1
      // The number that browsers use.
      case .redundancy: 63 as UInt8
      }
    // The dynamic range, then lower values that cannot be confused with RTCP packet types (RFC 5761 §4).
    let free = ([preferred] + Array(96...127) + Array(35...63)).map(PayloadType.init(rawValue:))
      .first { !takenTypes.contains($0) }
    guard let free else { return nil }
    types[format] = free
    takenTypes.insert(free)
    return free
  }

  /// The identifier of a header extension in the one-byte form; nil when all are in use.
  mutating func id(of name: RTPHeaderExtension) -> UInt8? {
    if let known = extensions[name] { return known }
    guard let free = (1...14).first(where: { !takenIDs.contains($0) }) else { return nil }
    extensions[name] = free
    takenIDs.insert(free)
    return free
  }

  /// Adopts the payload types and identifiers of a remote offer, which take precedence.
  mutating func learn(_ section: MediaDescription, _ codecs: [RTPCodecCapability]) {
    let offered = section.codecs
    takenTypes.formUnion(section.media.payloadTypes)
    for capability in codecs {
      guard let codec = offered.first(where: capability.isSameFormat) else { continue }
      types[Self.format(capability, .media)] = codec.payloadType
      if let rtx = offered.first(where: { $0.isRTX && $0.associatedPayloadType == codec.payloadType }) {
        types[Self.format(capability, .retransmission)] = rtx.payloadType
      }
      if let red = offered.first(where: { $0.isRED && $0.redundantPayloadType == codec.payloadType }) {
        types[Self.format(capability, .redundancy)] = red.payloadType
      }
    }
    for mapping in section.headerExtensions {
      guard let id = UInt8(exactly: mapping.id), id <= 14 else { continue }
      takenIDs.insert(id)
      if let name = RTPHeaderExtension(rawValue: mapping.uri) { extensions[name] = id }
    }
    // Drops own values that the other side uses for something else.
    for (format, type) in types
    where section.media.payloadTypes.contains(type) && !Self.denotes(offered, type, for: format) {
      types[format] = nil
    }
    for (name, id) in extensions
    where section.headerExtensions.contains(where: { $0.id == UInt16(id) && $0.uri != name.rawValue }) {
      extensions[name] = nil
    }
  }

  /// Whether `type` is a codec with the name, clock rate and role of `format`.
  private static func denotes(_ codecs: [RTPCodec], _ type: PayloadType, for format: Format) -> Bool {
    guard let codec = codecs.first(where: { $0.payloadType == type }) else { return false }
    switch format.role {
    case .retransmission: return codec.isRTX
    case .redundancy: return codec.isRED
    case .media: break
    }
    return SDPText.equalsIgnoringCase(codec.name, format.name) && codec.clockRate == format.clockRate
  }

  private static func format(_ codec: RTPCodecCapability, _ role: Role) -> Format {
    Format(name: codec.name, clockRate: codec.clockRate, channels: codec.channels ?? 1, role: role)
  }
}
