/// The name of a transceiver within its `Negotiation`; never used again.
public struct TransceiverID: RawRepresentable, Sendable, Hashable {
  public var rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
}
