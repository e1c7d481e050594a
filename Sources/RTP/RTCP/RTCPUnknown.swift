/// A packet of an unsupported type.
public struct RTCPUnknown: Sendable, Hashable {
  public var type: UInt8
  /// The five bits after the version and the padding bit.
  public var count: UInt8
  /// The bytes after the first four, without padding.
  public var body: [UInt8]

  public init(type: UInt8, count: UInt8, body: [UInt8]) {
    self.type = type
    self.count = count
    self.body = body
  }
}
