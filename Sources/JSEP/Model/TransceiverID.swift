/// Identifies a transceiver within its `Negotiation`; never reused.
package struct TransceiverID: RawRepresentable, Sendable, Hashable {
  package var rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }
}
