package import RTP

/// A section's `m=` line. Source: RFC 8866 §5.14.
package struct SDPMedia: SDPValue {
  package enum Kind: Sendable, Hashable, CustomStringConvertible {
    case audio, video
    /// Data channels, among others.
    case application
    case other(String)

    init(_ name: Substring) {
      switch name {
      case "audio": self = .audio
      case "video": self = .video
      case "application": self = .application
      default: self = .other(String(name))
      }
    }

    package var description: String {
      switch self {
      case .audio: "audio"
      case .video: "video"
      case .application: "application"
      case .other(let name): name
      }
    }

    /// The kind of the section's track; nil for a section without tracks.
    package var rtp: RTPMediaKind? {
      switch self {
      case .audio: .audio
      case .video: .video
      case .application, .other: nil
      }
    }
  }

  package var kind: Kind
  /// 9 while no port is known; 0 if the section is rejected or bundle-only.
  package var port: UInt16
  package var portCount: Int?
  /// Such as `UDP/TLS/RTP/SAVPF`.
  package var transport: String
  /// Payload types in order of preference, or other formats.
  package var formats: [String]

  package init(kind: Kind, port: UInt16 = 9, transport: String = "UDP/TLS/RTP/SAVPF", formats: [String]) {
    self.kind = kind
    self.port = port
    self.transport = transport
    self.formats = formats
  }

  init?(sdp text: Substring) {
    guard let fields = SDPText.fields(text), fields.count >= 4, fields.allSatisfy(SDPText.isVisible),
      SDPText.isToken(fields[0])
    else { return nil }
    let (port, count) = SDPText.splitOnce(fields[1], at: "/")
    guard let port: UInt16 = SDPText.decimal(port) else { return nil }
    if let count {
      guard let count: Int = SDPText.decimal(count), count > 0 else { return nil }
      portCount = count
    }
    kind = Kind(fields[0])
    self.port = port
    transport = String(fields[2])
    formats = fields[3...].map(String.init)
    // An RTP section has only payload types.
    guard !isRTP || payloadTypes.count == formats.count else { return nil }
  }

  package var description: String {
    "\(kind) \(port)\(portCount.map { "/\($0)" } ?? "") \(transport) \(formats.joined(separator: " "))"
  }

  /// Whether it carries RTP, under any profile. Source: RFC 9429 §5.1.3.
  package var isRTP: Bool {
    let parts = transport.utf8.split(separator: UInt8(ascii: "/"))
    guard parts.count >= 2, Substring(parts[parts.count - 2]) == "RTP" else { return false }
    return ["AVP", "AVPF", "SAVP", "SAVPF"].contains(Substring(parts[parts.count - 1]))
  }

  /// The formats that are payload types.
  package var payloadTypes: [PayloadType] { formats.compactMap { PayloadType(sdp: Substring($0)) } }
}
