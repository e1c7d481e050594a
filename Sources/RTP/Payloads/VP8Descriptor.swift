/// The descriptor before the VP8 data of a payload. Source: RFC 7741 §4.2.
public struct VP8Descriptor: Sendable, Hashable {
  /// No other frame refers to this one (N).
  public var isUnreferenced = false
  /// The payload begins a partition (S).
  public var beginsPartition = false
  /// The partition's index, 0 to 7 (PID).
  public var partition: UInt8 = 0
  /// 7 or 15 bits; nil without one.
  public var pictureID: UInt16?
  /// The running index of base layer frames (TL0PICIDX).
  public var temporalZeroIndex: UInt8?
  /// 0 to 3 (TID).
  public var temporalLayer: UInt8?
  /// The frame depends on the base layer only (Y).
  public var isLayerSync = false
  /// The running index of key frames, 5 bits (KEYIDX).
  public var keyIndex: UInt8?
  /// The size of the descriptor, in bytes.
  public var size: Int

  /// - Throws: `RTPError.truncated`.
  public init(_ payload: Span<UInt8>) throws(RTPError) {
    let first = try payload.byte(at: 0)
    size = 1
    isUnreferenced = first & 0x20 != 0
    beginsPartition = first & 0x10 != 0
    partition = first & 0x07
    guard first & 0x80 != 0 else { return }
    let present = try payload.byte(at: 1)
    size = 2
    if present & 0x80 != 0 {
      let id = try payload.byte(at: size)
      if id & 0x80 == 0 {
        pictureID = UInt16(id)
        size += 1
      } else {
        pictureID = try payload.uint16(at: size) & 0x7FFF
        size += 2
      }
    }
    if present & 0x40 != 0 {
      temporalZeroIndex = try payload.byte(at: size)
      size += 1
    }
    if present & 0x30 != 0 {
      let layer = try payload.byte(at: size)
      size += 1
      if present & 0x20 != 0 {
        temporalLayer = layer >> 6
        isLayerSync = layer & 0x20 != 0
      }
      if present & 0x10 != 0 { keyIndex = layer & 0x1F }
    }
  }
}
