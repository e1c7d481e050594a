extension ICECandidate: SDPValue {
  /// Parses the format of `RTCIceCandidate.candidate`: `candidate:…`, optionally after `a=`.
  /// - Returns: nil if the text does not follow the grammar.
  package init?(parsing text: String) {
    var rest = Substring(text)
    while let last = rest.utf8.last, last == 0x0D || last == 0x0A || last == 0x20 {
      rest = rest[..<rest.utf8.index(before: rest.endIndex)]
    }
    for prefix in ["a=", "candidate:"] where rest.utf8.starts(with: prefix.utf8) {
      rest = rest[rest.utf8.index(rest.startIndex, offsetBy: prefix.utf8.count)...]
    }
    self.init(sdp: rest)
  }

  init?(sdp text: Substring) {
    guard text.utf8.count <= 2048, let fields = SDPText.fields(text), fields.count >= 8, fields.count % 2 == 0,
      fields.allSatisfy(SDPText.isVisible), SDPText.isICE(fields[0], length: 1...64),
      let component: Int = SDPText.decimal(fields[1]), (1...256).contains(component),
      let priority: UInt32 = SDPText.decimal(fields[3]), Self.isAddress(fields[4]),
      let port: UInt16 = SDPText.decimal(fields[5]), fields[6] == "typ"
    else { return nil }
    self.init(
      foundation: String(fields[0]), component: component, transport: Transport(fields[2]), priority: priority,
      address: String(fields[4]), port: port, kind: Kind(fields[7]))
    for index in stride(from: 8, to: fields.count, by: 2) {
      guard read(fields[index], fields[index + 1]) else { return nil }
    }
  }

  private mutating func read(_ name: Substring, _ value: Substring) -> Bool {
    switch name {
    case "raddr" where relatedAddress == nil: relatedAddress = String(value)
    case "rport" where relatedPort == nil:
      guard let port: UInt16 = SDPText.decimal(value) else { return false }
      relatedPort = port
    case "tcptype" where tcpType == nil:
      guard let type = TCPType(rawValue: String(value)) else { return false }
      tcpType = type
    default: extensions.append(Extension(name: String(name), value: String(value)))
    }
    return true
  }

  /// Whether `text` has only characters that occur in IP addresses and host names.
  private static func isAddress(_ text: Substring) -> Bool {
    text.utf8.count <= 255
      && text.utf8.allSatisfy { byte in
        switch byte {
        // "%" precedes an IPv6 zone.
        case 0x25, 0x2D...0x2E, 0x30...0x3A, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        default: false
        }
      }
  }

  /// The value of an `a=candidate` line.
  package var description: String {
    var text = "\(foundation) \(component) \(transport) \(priority) \(address) \(port) typ \(kind)"
    if let relatedAddress { text += " raddr \(relatedAddress)" }
    if let relatedPort { text += " rport \(relatedPort)" }
    if let tcpType { text += " tcptype \(tcpType.rawValue)" }
    for item in extensions { text += " \(item.name) \(item.value)" }
    return text
  }

  /// The format of `RTCIceCandidate.candidate`.
  package var candidate: String { "candidate:\(self)" }
}

extension ICECandidate.Kind: CustomStringConvertible {
  init(_ name: Substring) {
    switch name {
    case "host": self = .host
    case "srflx": self = .serverReflexive
    case "prflx": self = .peerReflexive
    case "relay": self = .relayed
    default: self = .other(String(name))
    }
  }

  /// The name in SDP and W3C.
  package var description: String {
    switch self {
    case .host: "host"
    case .serverReflexive: "srflx"
    case .peerReflexive: "prflx"
    case .relayed: "relay"
    case .other(let name): name
    }
  }
}

extension ICECandidate.Transport: CustomStringConvertible {
  init(_ name: Substring) {
    if SDPText.equalsIgnoringCase(name, "udp") {
      self = .udp
    } else if SDPText.equalsIgnoringCase(name, "tcp") {
      self = .tcp
    } else {
      self = .other(String(name))
    }
  }

  /// In lower case, as in browsers; some peers use upper case.
  package var description: String {
    switch self {
    case .udp: "udp"
    case .tcp: "tcp"
    case .other(let name): name
    }
  }
}
