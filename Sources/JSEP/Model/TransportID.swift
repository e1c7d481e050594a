/// Identifies a transport within its `Negotiation`; never reused.
public struct TransportID: RawRepresentable, Sendable, Hashable {
  public var rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
}
