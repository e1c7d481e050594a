import Media
import Synthetic
import Testing

@testable import Encoding

/// Frames of another size than the pictures.
struct ScaledPictureTests {
  static let places: [(Int, Int, Int, Int, PixelRect)] = [
    // Wider, higher, smaller than the canvas, of its aspect ratio, odd.
    (640, 240, 320, 240, PixelRect(x: 0, y: 60, width: 320, height: 120)),
    (320, 480, 320, 240, PixelRect(x: 80, y: 0, width: 160, height: 240)),
    (100, 50, 320, 240, PixelRect(x: 110, y: 94, width: 100, height: 50)),
    (640, 480, 320, 240, PixelRect(x: 0, y: 0, width: 320, height: 240)),
    (321, 241, 320, 240, PixelRect(x: 0, y: 0, width: 320, height: 240)),
    (99, 33, 101, 35, PixelRect(x: 0, y: 0, width: 99, height: 33)),
    (1, 1, 64, 64, PixelRect(x: 30, y: 30, width: 1, height: 1)),
  ]

  /// The part of `picture` that is not black.
  private func lit(_ picture: I420Picture) -> PixelRect {
    var rect = PixelRect(x: 0, y: 0, width: 0, height: 0)
    for y in 0..<picture.size.height {
      for x in 0..<picture.size.width where picture.y[y * picture.yStride + x] > 100 {
        rect = rect.union(PixelRect(x: x, y: y, width: 1, height: 1))
      }
    }
    return rect
  }

  private func white(_ width: Int, _ height: Int) -> PaintedPicture {
    var painted = PaintedPicture(width: width, height: height)
    painted.fill(PixelRect(painted.size), 0xff_ffff)
    return painted
  }

  @Test(arguments: places)
  func `a frame is fitted into the canvas, keeps its aspect ratio, and is centred on black`(
    width: Int, height: Int, canvasWidth: Int, canvasHeight: Int, place: PixelRect
  ) {
    let picture = I420Picture(size: PixelSize(width: canvasWidth, height: canvasHeight))
    convert(white(width, height), DirtyRegion(PixelRect(x: 0, y: 0, width: width, height: height)), into: picture)
    #expect(lit(picture) == place)
    #expect(place.x % 2 == 0 && place.y % 2 == 0)
  }

  @Test func `only macroblocks that differ after scaling are marked`() {
    let size = PixelSize(width: 160, height: 120)
    let picture = I420Picture(size: size)
    var painted = white(320, 240)
    let converter = PictureConverter(inputSize: painted.size, outputSize: size)
    convert(painted, DirtyRegion(PixelRect(painted.size)), into: picture, converter)
    let rect = PixelRect(x: 40, y: 40, width: 8, height: 8)
    painted.fill(rect, 0)
    let before = planes(picture)
    let changed = convert(painted, DirtyRegion(rect), into: picture, converter)
    #expect(changed == difference(before, planes(picture), size))
    #expect(changed == map(size, [11]))
    #expect(convert(painted, DirtyRegion(rect), into: picture, converter).isEmpty)
  }

  @Test func `a black frame of a new size makes the whole picture black`() {
    let size = PixelSize(width: 64, height: 64)
    let picture = I420Picture(size: size)
    convert(white(64, 64), DirtyRegion(PixelRect(size)), into: picture)
    let black = PaintedPicture(width: 90, height: 40)
    let changed = convert(black, DirtyRegion(PixelRect(black.size)), into: picture)
    #expect(changed.count == changed.total)
    #expect(lit(picture).isEmpty)
  }

  @Test func `after each change of the input's size the picture equals a new one`() async throws {
    let sizes = [(64, 48), (96, 96), (48, 64), (64, 48), (30, 10), (64, 48)]
    let picture = I420Picture(size: PixelSize(width: 64, height: 48))
    for (width, height) in sizes {
      let fresh = I420Picture(size: picture.size)
      let whole = DirtyRegion(PixelRect(x: 0, y: 0, width: width, height: height))
      var painted = white(width, height)
      painted.write(PixelRect(painted.size), seed: UInt64(width))
      convert(painted, whole, into: picture)
      convert(painted, whole, into: fresh)
      let isSame = planes(picture) == planes(fresh)
      #expect(isSame)
    }
  }
}
