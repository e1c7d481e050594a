import Harness
import Media
import Scenes
import Testing

extension SharedDesktop {
  /// Expects that a picture is the test card of one of its steps, with colours within `tolerance`.
  /// - Returns: the time in its barcode.
  @discardableResult
  func expectCard(
    in picture: DecodedFrame, tolerance: Int = 6, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> UInt32 {
    #expect(picture.width == screen.width && picture.height == screen.height, sourceLocation: sourceLocation)
    let green = stride(from: 1, to: picture.bytes.count, by: 3).map { picture.bytes[$0] }
    let plane = LumaPlane(samples: green, width: picture.width, height: picture.height)
    let drawn = try #require(
      Barcode.decode(plane, of: scene.name, screen: screen), "no barcode", sourceLocation: sourceLocation)
    #expect(try scene.steps.contains { $0.milliseconds == drawn }, sourceLocation: sourceLocation)
    let card = TestCard(width: screen.width, height: screen.height)
    #expect(ColourChecks.mismatches(card, in: picture, tolerance: tolerance) == [], sourceLocation: sourceLocation)
    return drawn
  }
}
