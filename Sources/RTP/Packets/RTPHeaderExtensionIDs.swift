/// The negotiated identifiers of header extensions; 0 for those not negotiated.
///
/// The same identifiers apply to all sections of a bundle. Source: RFC 8285 §5, RFC 9143 §9.2.
public struct RTPHeaderExtensionIDs: Sendable, Hashable {
  public var mid: UInt8 = 0
  public var rid: UInt8 = 0
  public var absSendTime: UInt8 = 0
  public var transportSequenceNumber: UInt8 = 0
  public var absCaptureTime: UInt8 = 0
  public var playoutDelay: UInt8 = 0
  public var videoContentType: UInt8 = 0
  public var colorSpace: UInt8 = 0
  public var audioLevel: UInt8 = 0

  /// No extensions.
  public init() {}

  /// The identifier of an extension, 1 to 255, or 0.
  public subscript(_ name: RTPHeaderExtension) -> UInt8 {
    get { self[keyPath: Self.path(name)] }
    set { self[keyPath: Self.path(name)] = newValue }
  }

  private static func path(_ name: RTPHeaderExtension) -> WritableKeyPath<Self, UInt8> {
    switch name {
    case .mid: \.mid
    case .rid: \.rid
    case .absSendTime: \.absSendTime
    case .transportSequenceNumber: \.transportSequenceNumber
    case .absCaptureTime: \.absCaptureTime
    case .playoutDelay: \.playoutDelay
    case .videoContentType: \.videoContentType
    case .colorSpace: \.colorSpace
    case .audioLevel: \.audioLevel
    }
  }
}
