package import RTP

/// A group of streams: `ssrc-group`. Source: RFC 5576 §4.2.
package struct SSRCGroup: SDPValue {
  /// `FID` for a stream and its retransmissions.
  package var semantics: String
  package var ssrcs: [SSRC]

  package init(semantics: String, ssrcs: [SSRC]) {
    self.semantics = semantics
    self.ssrcs = ssrcs
  }

  init?(sdp text: Substring) {
    guard let fields = SDPText.fields(text), let semantics = fields.first, SDPText.isToken(semantics) else {
      return nil
    }
    let numbers = fields.dropFirst().map { SDPText.decimal($0, as: UInt32.self) }
    guard numbers.allSatisfy({ $0 != nil }) else { return nil }
    self.init(semantics: String(semantics), ssrcs: numbers.compactMap { $0.map(SSRC.init(rawValue:)) })
  }

  package var description: String { ([semantics] + ssrcs.map(\.description)).joined(separator: " ") }
}
