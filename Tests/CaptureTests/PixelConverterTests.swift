import Media
import Testing

@testable import Capture

@Suite struct PixelConverterTests {
  private func convert(_ bytes: [UInt8], _ format: PixelFormat) -> [UInt8] {
    var source = bytes
    var target = [UInt8](repeating: 0, count: bytes.count * 8 / format.bitsPerPixel * 4)
    let size = PixelSize(width: bytes.count * 8 / format.bitsPerPixel, height: 1)
    source.withUnsafeMutableBytes { from in
      target.withUnsafeMutableBytes { to in
        PixelConverter(format).convert(
          PixelBlock(base: from.baseAddress!, bytesPerRow: from.count),
          to: PixelBlock(base: to.baseAddress!, bytesPerRow: to.count), size)
      }
    }
    return target
  }

  private func format(
    _ bits: Int, little: Bool = true, _ red: UInt32, _ green: UInt32, _ blue: UInt32
  ) -> PixelFormat {
    PixelFormat(bitsPerPixel: bits, isLittleEndian: little, redMask: red, greenMask: green, blueMask: blue)
  }

  @Test func `BGRX needs no conversion`() {
    let usual = format(32, 0xff0000, 0xff00, 0xff)
    #expect(usual.isBGRX)
    #expect(convert([1, 2, 3, 4], usual) == [1, 2, 3, 4])
  }

  @Test func `pixels are read in the server's byte order`() {
    let big = format(32, little: false, 0xff0000, 0xff00, 0xff)
    #expect(!big.isBGRX)
    #expect(convert([0, 0x11, 0x22, 0x33], big) == [0x33, 0x22, 0x11, 0])
    #expect(convert([0xf8, 0x00], format(16, little: false, 0xf800, 0x7e0, 0x1f)) == [0, 0, 255, 0])
  }

  @Test func `colours are read by the format's masks`() {
    #expect(convert([0x11, 0x22, 0x33, 0], format(32, 0xff, 0xff00, 0xff0000)) == [0x33, 0x22, 0x11, 0])
    #expect(convert([0, 0x11, 0x22, 0x33], format(32, 0xff00_0000, 0xff0000, 0xff00)) == [0x11, 0x22, 0x33, 0])
    #expect(convert([0x11, 0x22, 0x33], format(24, 0xff0000, 0xff00, 0xff)) == [0x11, 0x22, 0x33, 0])
  }

  @Test func `narrow channels are stretched to the full range`() {
    // 565: all ones, then the middle of each channel.
    #expect(convert([0xff, 0xff], format(16, 0xf800, 0x7e0, 0x1f)) == [255, 255, 255, 0])
    #expect(convert([0x10, 0x84], format(16, 0xf800, 0x7e0, 0x1f)) == [132, 130, 132, 0])
    #expect(convert([0xff, 0x7f], format(16, 0x7c00, 0x3e0, 0x1f)) == [255, 255, 255, 0])
  }

  @Test func `wide channels are rounded to eight bits`() {
    let deep = format(32, 0x3ff0_0000, 0xffc00, 0x3ff)
    let pixel: UInt32 = 1023 << 20 | 512 << 10 | 2
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: pixel >> (8 * $0)) }
    #expect(convert(bytes, deep) == [0, 128, 255, 0])
  }

  @Test func `rows are padded to the server's scanline pad`() {
    #expect(format(16, 0xf800, 0x7e0, 0x1f).bytesPerRow(width: 3) == 8)
    #expect(format(32, 0xff0000, 0xff00, 0xff).bytesPerRow(width: 1023) == 4092)
  }
}
