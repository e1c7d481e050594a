/// A parsed `stun:`, `turn:` or `turns:` URL (RFC 7064 §3.1, RFC 7065 §3.1).
struct RTCIceServerURL: Hashable {
  enum Scheme: String {
    case stun, turn, turns
  }

  enum Transport: String {
    case udp, tcp
  }

  let text: String
  let scheme: Scheme
  /// A name or an address, IPv6 without its brackets.
  let host: String
  let port: UInt16
  let transport: Transport

  init(_ text: String) throws(RTCIceServerError) {
    func refusal(_ reason: String) -> RTCIceServerError { .syntax(url: text, reason: reason) }
    guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: text[..<colon].lowercased()) else {
      throw refusal("it must begin with stun:, turn: or turns:")
    }
    var rest = text[text.index(after: colon)...]
    var transport: Transport = scheme == .turns ? .tcp : .udp
    if let mark = rest.firstIndex(of: "?") {
      let query = rest[rest.index(after: mark)...]
      guard scheme != .stun else { throw refusal("a stun: URL has no query") }
      guard query.hasPrefix("transport="), let named = Transport(rawValue: query.dropFirst(10).lowercased()) else {
        throw refusal("its query must be ?transport=udp or ?transport=tcp")
      }
      transport = named
      rest = rest[..<mark]
    }
    var portText: Substring?
    if rest.hasPrefix("[") {
      guard let close = rest.firstIndex(of: "]") else { throw refusal("its IPv6 address lacks the closing bracket") }
      host = String(rest[rest.index(after: rest.startIndex)..<close])
      let after = rest[rest.index(after: close)...]
      guard after.isEmpty || after.hasPrefix(":") else { throw refusal("a colon and a port may follow the address") }
      portText = after.isEmpty ? nil : after.dropFirst()
      guard IPAddress(host)?.isVersion6 == true else { throw refusal("\(host) is no IPv6 address") }
    } else {
      let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      host = parts.first.map(String.init) ?? ""
      portText = parts.count > 1 ? parts[1] : nil
      let isName = host.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
      guard (1...253).contains(host.utf8.count), isName else { throw refusal("it names no host") }
    }
    if let portText {
      guard portText.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt16(portText), number > 0 else {
        throw refusal("its port is no number from 1 to 65535")
      }
      port = number
    } else {
      port = scheme == .turns ? 5349 : 3478
    }
    self.text = text
    self.scheme = scheme
    self.transport = transport
  }
}
