import Media
import Testing

@testable import Capture

@Suite struct CursorOverlayTests {
  @Test func `premultiplied pixels are blended`() {
    #expect(PixelBlock.blend(0xff12_3456, 0xffffff) == 0x123456)
    #expect(PixelBlock.blend(0, 0xabcdef) == 0xabcdef)
    #expect(PixelBlock.blend(0x8080_0000, 0x000000) == 0x800000)
    #expect(PixelBlock.blend(0x8000_0000, 0xffffff) == 0x7f7f7f)
    #expect(PixelBlock.blend(0x0000_00ff, 0x000080) == 0x0000ff)
  }

  @Test func `the transparent border is cut off and the hotspot stays`() {
    var pixels = [UInt32](repeating: 0, count: 64)
    pixels[2 * 8 + 3] = 0xffff_ffff
    pixels[4 * 8 + 5] = 0xff00_0000
    let shape = CursorShape(width: 8, height: 8, hotspotX: 1, hotspotY: 1, pixels: pixels)
    #expect(shape.rect(x: 100, y: 200) == PixelRect(x: 102, y: 201, width: 3, height: 3))
    #expect(shape.pixels == [0xffff_ffff, 0, 0, 0, 0, 0, 0, 0, 0xff00_0000])
    let empty = CursorShape(width: 2, height: 2, hotspotX: 0, hotspotY: 0, pixels: [0, 0, 0, 0])
    #expect(empty.rect(x: 5, y: 5).isEmpty)
  }

  @Test(arguments: [(-2, -2), (0, 0), (6, 6), (7, -3), (20, 20)])
  func `erasing the pointer restores the pixels under it, also at the edges`(x: Int, y: Int) {
    let size = PixelSize(width: 8, height: 8)
    let buffer = PixelBuffer(size)
    let before: [UInt32] = (0..<64).map { $0 * 1000 }
    for index in 0..<64 { buffer.block.base.storeBytes(of: before[index], toByteOffset: index * 4, as: UInt32.self) }
    let shape = CursorShape(
      width: 4, height: 4, hotspotX: 0, hotspotY: 0, pixels: Array(repeating: 0xff00_ff00, count: 16))
    var overlay = CursorOverlay()
    overlay.draw(shape, at: shape.rect(x: x, y: y), over: buffer.block, size)
    let covered = shape.rect(x: x, y: y).intersection(PixelRect(size))
    let drawn = (0..<64).map { buffer.block.base.load(fromByteOffset: $0 * 4, as: UInt32.self) }
    #expect(drawn.filter { $0 == 0xff00 }.count == covered.area)
    overlay.erase(from: buffer.block)
    #expect((0..<64).map { buffer.block.base.load(fromByteOffset: $0 * 4, as: UInt32.self) } == before)
  }
}
