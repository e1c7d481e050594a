import CX11
import Media

/// Reads by `XShmGetImage` where there is shared memory, else by `XGetImage`, into its own buffer.
final class ImageReader: ScreenReader {
  let method: CaptureMethod
  let picture: PixelBlock

  private let layers: PictureLayers
  private let reader: DrawableReader
  private let buffer: PixelBuffer
  /// The pixels that `read` returns.
  private var readBuffer: PixelBuffer?
  private var readCapacity = 0

  /// - Parameter useSharedMemory: true requires shared memory: nil is returned where there is none.
  init?(_ connection: XConnection, _ size: PixelSize, _ layers: PictureLayers, useSharedMemory: Bool) {
    // A pixel takes four bytes at most in any format.
    reader = DrawableReader(connection, shared: useSharedMemory ? size.width * size.height * 4 : nil)
    if useSharedMemory, !reader.sharesMemory { return nil }
    method = useSharedMemory ? .sharedImage : .image
    self.layers = layers
    buffer = PixelBuffer(size)
    picture = buffer.block
  }

  func update(_ region: DirtyRegion) -> Bool {
    region.rects.allSatisfy { layers.paint($0, by: reader, onto: picture.at(x: $0.x, y: $0.y)) }
  }

  func updateFromDamage() -> DirtyRegion? {
    guard let region = layers.takeDamage() else { return nil }
    return update(region) ? region : nil
  }

  func read(_ rect: PixelRect) -> PixelBlock? {
    if readCapacity < rect.area {
      readBuffer = PixelBuffer(rect.size)
      readCapacity = rect.area
    }
    guard let base = readBuffer?.block.base else { return nil }
    let target = PixelBlock(base: base, bytesPerRow: rect.width * 4)
    return layers.paint(rect, by: reader, onto: target) ? target : nil
  }
}
