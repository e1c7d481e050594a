import Glibc
import Media
import TestSupport

/// The pixels of an Xvfb with `-fbdir`: writing here changes the screen without damage.
///
/// The file is in the format of xwd: a header whose first word is its size, a colour table, then the pixels.
final class Framebuffer {
  private let memory: UnsafeMutableRawPointer
  private let length: Int
  private let pixels: UnsafeMutableRawPointer
  private let bytesPerRow: Int

  init(_ path: String, width: Int, height: Int) throws {
    let file = open(path, O_RDWR)
    defer { close(file) }
    var status = stat()
    guard file >= 0, fstat(file, &status) == 0 else { throw HarnessError("no framebuffer at \(path)") }
    length = Int(status.st_size)
    guard let memory = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), Int(bitPattern: memory) != -1
    else { throw HarnessError("mmap") }
    self.memory = memory
    func word(_ index: Int) -> Int { Int(UInt32(bigEndian: memory.load(fromByteOffset: index * 4, as: UInt32.self))) }
    // Sources: X11/XWDFile.h: header_size, bytes_per_line, ncolors; a colour takes 12 bytes.
    bytesPerRow = word(12)
    pixels = memory + word(0) + word(19) * 12
  }

  deinit { munmap(memory, length) }

  func fill(_ rect: PixelRect, _ colour: UInt32) {
    for y in rect.y..<rect.maxY {
      for x in rect.x..<rect.maxX {
        pixels.storeBytes(of: colour, toByteOffset: y * bytesPerRow + x * 4, as: UInt32.self)
      }
    }
  }
}
