import CYUV
import Media
import Synthetic
import TestSupport
import Testing

@testable import Encoding

struct PictureConverterTests {
  static let sizes = [(1, 1), (2, 2), (17, 33), (15, 47), (320, 240), (321, 241), (95, 64)].map {
    PixelSize(width: $0.0, height: $0.1)
  }

  static let colours: [UInt32] = [
    0x00_0000, 0xff_ffff, 0xff_0000, 0x00_ff00, 0x00_00ff, 0x80_8080, 0x12_abcd, 0xf0_8010,
  ]

  @Test(arguments: sizes)
  func `a whole picture is converted exactly as by libyuv in one call`(size: PixelSize) {
    var painted = PaintedPicture(size)
    painted.scatter(PixelRect(size), seed: 7)
    let picture = I420Picture(size: size)
    let changed = convert(painted, DirtyRegion(PixelRect(size)), into: picture)
    // Compared outside `#expect`, which would print the planes.
    let isSame = planes(picture) == wholeFrame(painted)
    #expect(isSame)
    #expect(changed.count == changed.total)
  }

  @Test(arguments: sizes, [1, 2, 3] as [UInt64])
  func `after any sequence of damage the picture equals the converted whole frame`(size: PixelSize, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var painted = PaintedPicture(size)
    painted.scatter(PixelRect(size), seed: seed)
    let picture = I420Picture(size: size)
    let converter = PictureConverter(inputSize: size, outputSize: size)
    _ = convert(painted, DirtyRegion(PixelRect(size)), into: picture, converter)
    for round in 0..<12 {
      var dirty = DirtyRegion()
      for _ in 0..<Int(random.next() % 5) + 1 {
        // They overlap, and extend beyond the picture on all sides.
        let rect = PixelRect(
          x: Int(random.next() % UInt64(size.width + 20)) - 20, y: Int(random.next() % UInt64(size.height + 20)) - 20,
          width: Int(random.next() % 60) + 1, height: Int(random.next() % 60) + 1)
        painted.write(rect.intersection(PixelRect(size)), seed: seed * 100 + UInt64(round))
        dirty.add(rect)
      }
      let before = planes(picture)
      let changed = convert(painted, dirty, into: picture, converter)
      let isSame = planes(picture) == wholeFrame(painted)
      let isExact = changed == difference(before, planes(picture), size)
      #expect(isSame && isExact)
    }
  }

  @Test(arguments: colours)
  func `colours are converted to BT.601, limited range`(colour: UInt32) {
    let size = PixelSize(width: 48, height: 32)
    var painted = PaintedPicture(size)
    painted.fill(PixelRect(size), colour)
    let picture = I420Picture(size: size)
    _ = convert(painted, DirtyRegion(PixelRect(size)), into: picture)
    let (red, green, blue) = (
      Double(colour >> 16 & 0xff) / 255, Double(colour >> 8 & 0xff) / 255, Double(colour & 0xff) / 255
    )
    let luma = 0.299 * red + 0.587 * green + 0.114 * blue
    #expect(abs(Double(picture.y[size.width / 2]) - (16 + 219 * luma)) <= 1.5)
    #expect(abs(Double(picture.u[5]) - (128 + 224 * (blue - luma) / 1.772)) <= 1.5)
    #expect(abs(Double(picture.v[5]) - (128 + 224 * (red - luma) / 1.402)) <= 1.5)
  }

  @Test func `a changed pixel marks its macroblock and no other`() {
    let size = PixelSize(width: 321, height: 241)
    var painted = PaintedPicture(size)
    let picture = I420Picture(size: size)
    let converter = PictureConverter(inputSize: size, outputSize: size)
    _ = convert(painted, DirtyRegion(PixelRect(size)), into: picture, converter)
    for (x, y) in [(0, 0), (15, 15), (16, 16), (319, 17), (320, 0), (320, 240), (160, 239), (31, 240)] {
      painted[x, y] = (255, 255, 255)
      // The damage covers far more than the change.
      let changed = convert(painted, DirtyRegion(PixelRect(size)), into: picture, converter)
      #expect(changed == map(size, [y / 16 * 21 + x / 16]), "pixel \(x), \(y)")
    }
  }

  @Test func `damage without a difference marks nothing`() {
    let size = PixelSize(width: 100, height: 60)
    var painted = PaintedPicture(size)
    painted.write(PixelRect(size), seed: 1)
    let picture = I420Picture(size: size)
    let converter = PictureConverter(inputSize: size, outputSize: size)
    _ = convert(painted, DirtyRegion(PixelRect(size)), into: picture, converter)
    #expect(convert(painted, DirtyRegion(PixelRect(size)), into: picture, converter).isEmpty)
  }

  @Test func `changes outside the damage are not converted`() {
    let size = PixelSize(width: 96, height: 64)
    var painted = PaintedPicture(size)
    let picture = I420Picture(size: size)
    let converter = PictureConverter(inputSize: size, outputSize: size)
    _ = convert(painted, DirtyRegion(PixelRect(size)), into: picture, converter)
    painted.scatter(PixelRect(size), seed: 3)
    let dirty = PixelRect(x: 40, y: 20, width: 3, height: 3)
    #expect(convert(painted, DirtyRegion(dirty), into: picture, converter) == map(size, [8]))
    for index in 0..<24 where index != 8 {
      #expect(picture.y[index / 6 * 16 * picture.yStride + index % 6 * 16] == 16)
    }
  }

  @Test func `damage outside the picture marks nothing`() {
    let size = PixelSize(width: 64, height: 64)
    var painted = PaintedPicture(size)
    painted.scatter(PixelRect(size), seed: 3)
    var dirty = DirtyRegion(PixelRect(x: -50, y: 0, width: 50, height: 64))
    dirty.add(PixelRect(x: 64, y: 0, width: 50, height: 64))
    dirty.add(PixelRect(x: 0, y: -9, width: 64, height: 9))
    dirty.add(PixelRect(x: 0, y: 64, width: 64, height: 9))
    #expect(convert(painted, dirty, into: I420Picture(size: size)).isEmpty)
  }
}

/// Converts into `picture`, with a new converter unless one is given.
@discardableResult
func convert(
  _ painted: PaintedPicture, _ dirty: DirtyRegion, into picture: I420Picture, _ converter: PictureConverter? = nil
) -> MacroblockMap {
  let converter = converter ?? PictureConverter(inputSize: painted.size, outputSize: picture.size)
  var changed = MacroblockMap(size: picture.size)
  painted.withFrame(dirty: dirty) { converter.convert($0, into: picture, changed: &changed) }
  return changed
}

/// The visible part of all three planes.
func planes(_ picture: I420Picture) -> [UInt8] {
  var bytes: [UInt8] = []
  func add(_ plane: UnsafePointer<UInt8>, _ stride: Int, _ size: PixelSize) {
    for row in 0..<size.height { bytes += UnsafeBufferPointer(start: plane + row * stride, count: size.width) }
  }
  add(picture.y, picture.yStride, picture.size)
  add(picture.u, picture.uvStride, picture.chromaSize)
  add(picture.v, picture.uvStride, picture.chromaSize)
  return bytes
}

/// The frame converted by libyuv in one call.
private func wholeFrame(_ painted: PaintedPicture) -> [UInt8] {
  let picture = I420Picture(size: painted.size)
  painted.bytes.withUnsafeBufferPointer { bytes in
    _ = ARGBToI420(
      bytes.baseAddress!, Int32(painted.bytesPerRow), picture.y, Int32(picture.yStride), picture.u,
      Int32(picture.uvStride), picture.v, Int32(picture.uvStride), Int32(painted.size.width),
      Int32(painted.size.height))
  }
  return planes(picture)
}

/// The macroblocks in which two pictures from `planes` differ.
func difference(_ a: [UInt8], _ b: [UInt8], _ size: PixelSize) -> MacroblockMap {
  var map = MacroblockMap(size: size)
  let chroma = PixelSize(width: (size.width + 1) / 2, height: (size.height + 1) / 2)
  let luma = size.width * size.height
  for at in a.indices where a[at] != b[at] {
    let isLuma = at < luma
    let (width, side) = isLuma ? (size.width, 16) : (chroma.width, 8)
    let place = isLuma ? at : (at - luma) % (chroma.width * chroma.height)
    map[place / width / side * map.columns + place % width / side] = true
  }
  return map
}
