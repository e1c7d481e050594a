/// Identifies a transport within its `Negotiation`; never reused.
package struct TransportID: RawRepresentable, Sendable, Hashable {
  package var rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }
}
