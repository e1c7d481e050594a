/// A packet of a type that Oriel has no use for.
public struct RTCPUnknown: Sendable, Hashable {
  public var type: UInt8
  /// The five bits behind the version and the padding bit.
  public var count: UInt8
  /// What follows the first four bytes, without padding.
  public var body: [UInt8]

  public init(type: UInt8, count: UInt8, body: [UInt8]) {
    self.type = type
    self.count = count
    self.body = body
  }
}
