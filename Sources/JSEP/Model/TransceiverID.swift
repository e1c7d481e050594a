/// Identifies a transceiver within its `Negotiation`; never reused.
public struct TransceiverID: RawRepresentable, Sendable, Hashable {
  public var rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }
}
