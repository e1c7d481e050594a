internal import CX11
import Media

/// A real X window that no window manager touches; it goes with its connection.
struct Window {
  let canvas: Canvas
  let id: UInt

  private var connection: Connection { canvas.connection }

  /// A mapped window of a plain colour; inside the root when `parent` is nil.
  init(_ connection: Connection, parent: Window? = nil, rect: PixelRect, colour: Colour) {
    var attributes = XSetWindowAttributes()
    attributes.override_redirect = 1
    attributes.background_pixel = connection.format.pixel(colour)
    attributes.event_mask = ExposureMask
    let size = PixelSize(width: max(1, rect.width), height: max(1, rect.height))
    id = XCreateWindow(
      connection.display, parent?.id ?? connection.root, Int32(rect.x), Int32(rect.y), UInt32(size.width),
      UInt32(size.height), 0, 0, UInt32(InputOutput), nil, UInt(CWOverrideRedirect | CWBackPixel | CWEventMask),
      &attributes)
    canvas = Canvas(connection: connection, drawable: id, size: size)
  }

  /// Paints a picture that the server itself keeps showing wherever the window is uncovered.
  func setBackground(_ paint: (Canvas) -> Void) {
    let pixmap = XCreatePixmap(
      connection.display, connection.root, UInt32(canvas.size.width), UInt32(canvas.size.height),
      UInt32(XDefaultDepth(connection.display, XDefaultScreen(connection.display))))
    paint(Canvas(connection: connection, drawable: pixmap, size: canvas.size))
    XSetWindowBackgroundPixmap(connection.display, id, pixmap)
    XFreePixmap(connection.display, pixmap)
    // Nothing is left for the scene to repaint, so an exposure is none of its business.
    XSelectInput(connection.display, id, 0)
    XClearWindow(connection.display, id)
  }

  /// Shows the window above its siblings.
  func show() { XMapRaised(connection.display, id) }

  func move(toX x: Int, y: Int) { XMoveWindow(connection.display, id, Int32(x), Int32(y)) }
}
