import Media

/// A moving picture in a window.
final class VideoView {
  private let window: Window
  private let picture: MotionPicture
  private let shared: SharedPicture
  /// The place of the barcode in the picture, in the window's coordinates; nil if the picture carries none.
  private let barcode: PixelRect?

  init(_ parent: Window, rect: PixelRect, seed: UInt64, barcode: PixelRect? = nil) {
    let connection = parent.drawable.connection
    window = Window(connection, parent: parent, rect: rect, colour: .black)
    picture = MotionPicture(width: window.drawable.size.width, height: window.drawable.size.height, seed: seed)
    shared = SharedPicture(connection, size: window.drawable.size)
    self.barcode = barcode
    window.show()
  }

  func show(frame: Int, fps: Int, milliseconds: UInt32) {
    shared.render { pixels, stride in
      picture.render(seconds: Double(frame) / Double(fps), frame: frame, into: pixels, stride: stride)
      if let barcode { write(Barcode(milliseconds: milliseconds), at: barcode, into: pixels, stride: stride) }
    }
    draw()
  }

  func draw() { shared.put(on: window.drawable) }

  private func write(_ code: Barcode, at rect: PixelRect, into pixels: UnsafeMutablePointer<UInt32>, stride: Int) {
    let cells = code.cells
    let shown = rect.intersection(window.drawable.bounds)
    for y in shown.y..<shown.maxY {
      for x in shown.x..<shown.maxX {
        let cell = (y - rect.y) / Barcode.cellSide * Barcode.columns + (x - rect.x) / Barcode.cellSide
        pixels[y * stride + x] = cells[cell] ? 0xFFFFFF : 0
      }
    }
  }
}
