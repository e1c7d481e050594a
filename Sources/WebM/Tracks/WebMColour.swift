/// The colour space of a picture, in the code points of ITU-T H.273.
///
/// Source: RFC 9559 §5.1.4.1.28.16 and following.
public struct WebMColour: Sendable, Equatable {
  /// 6 is BT.601; 2 is unspecified.
  public var matrixCoefficients: Int
  /// 1 is limited range (16…235), 2 full range; 0 is unspecified.
  public var range: Int
  /// 13 is sRGB; 2 is unspecified.
  public var transferCharacteristics: Int
  /// 1 is BT.709, which sRGB shares; 2 is unspecified.
  public var primaries: Int

  /// Colours by their code points; by default unspecified.
  public init(
    matrixCoefficients: Int = 2, range: Int = 0, transferCharacteristics: Int = 2, primaries: Int = 2
  ) {
    self.matrixCoefficients = matrixCoefficients
    self.range = range
    self.transferCharacteristics = transferCharacteristics
    self.primaries = primaries
  }

  /// An sRGB screen in VP8, which is always BT.601 and here limited range; without this, players wash colours out.
  public static let screen = WebMColour(
    matrixCoefficients: 6, range: 1, transferCharacteristics: 13, primaries: 1)
}
