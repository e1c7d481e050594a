/// The name of a transport within its `Negotiation`; never used again.
public struct TransportID: RawRepresentable, Sendable, Hashable {
  public var rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
}
