internal import CX11
import Media

/// A window or pixmap to draw on, in its own coordinates.
struct Drawable {
  let connection: DisplayConnection
  let id: UInt
  let size: PixelSize

  var bounds: PixelRect { PixelRect(size) }

  private var display: OpaquePointer { connection.display }
  private var context: GC { connection.context }

  func fill(_ rect: PixelRect, _ colour: Colour) { fill([rect], colour) }

  func fill(_ rects: [PixelRect], _ colour: Colour) {
    var list = rects.filter { !$0.isEmpty }.map(XRectangle.init)
    guard !list.isEmpty else { return }
    XSetForeground(display, context, connection.format.pixel(colour))
    XFillRectangles(display, id, context, &list, Int32(list.count))
  }

  /// Draws a rectangle's outline, one pixel wide and inside it.
  func outline(_ rect: PixelRect, _ colour: Colour) {
    fill(
      [
        PixelRect(x: rect.x, y: rect.y, width: rect.width, height: 1),
        PixelRect(x: rect.x, y: rect.maxY - 1, width: rect.width, height: 1),
        PixelRect(x: rect.x, y: rect.y, width: 1, height: rect.height),
        PixelRect(x: rect.maxX - 1, y: rect.y, width: 1, height: rect.height),
      ], colour)
  }

  func line(from: (x: Int, y: Int), to: (x: Int, y: Int), width: Int, _ colour: Colour) {
    XSetForeground(display, context, connection.format.pixel(colour))
    XSetLineAttributes(display, context, UInt32(width), LineSolid, CapRound, JoinRound)
    XDrawLine(display, id, context, Int32(from.x), Int32(from.y), Int32(to.x), Int32(to.y))
  }

  /// Draws a line of text whose upper left corner is (`x`, `y`).
  func text(_ text: String, x: Int, y: Int, _ face: Face, _ colour: Colour) {
    guard !text.isEmpty else { return }
    let font = connection.font(face)
    XSetForeground(display, context, connection.format.pixel(colour))
    XSetFont(display, context, font.id)
    let bytes = text.utf8.map(CChar.init(bitPattern:))
    XDrawString(display, id, context, Int32(x), Int32(y + font.ascent), bytes, Int32(bytes.count))
  }

  /// Copies a part of the drawable to another place on it.
  func copy(_ rect: PixelRect, toX x: Int, y: Int) {
    guard !rect.isEmpty else { return }
    XCopyArea(
      display, id, id, context, Int32(rect.x), Int32(rect.y), UInt32(rect.width), UInt32(rect.height),
      Int32(x), Int32(y))
  }

  /// Draws what `body` draws, in the coordinates of `rect`, by a single request: nobody who reads the screen sees half of it.
  func drawAtOnce(in rect: PixelRect, _ body: (Drawable) -> Void) {
    guard !rect.isEmpty else { return }
    let (width, height) = (UInt32(rect.width), UInt32(rect.height))
    let depth = UInt32(XDefaultDepth(display, XDefaultScreen(display)))
    let pixmap = XCreatePixmap(display, id, width, height, depth)
    body(Drawable(connection: connection, id: pixmap, size: PixelSize(width: rect.width, height: rect.height)))
    XCopyArea(display, pixmap, id, context, 0, 0, width, height, Int32(rect.x), Int32(rect.y))
    XFreePixmap(display, pixmap)
  }

  /// Draws only inside a rectangle while `body` runs.
  func clipped(to rect: PixelRect, _ body: () -> Void) {
    var list = [XRectangle(rect)]
    XSetClipRectangles(display, context, 0, 0, &list, 1, Unsorted)
    body()
    XSetClipMask(display, context, 0)
  }
}

extension XRectangle {
  /// The X protocol has 16-bit coordinates.
  fileprivate init(_ rect: PixelRect) {
    self.init(
      x: Int16(clamping: rect.x), y: Int16(clamping: rect.y), width: UInt16(clamping: rect.width),
      height: UInt16(clamping: rect.height))
  }
}
