internal import CX11
import Glibc
import Media

/// A real X window, which no window manager touches unless it is given a name; it goes with its connection.
struct Window {
  let canvas: Canvas
  let id: UInt

  private var connection: Connection { canvas.connection }

  /// A window of a plain colour; inside the root when `parent` is nil.
  /// - Parameter title: what it is called, where it is one that people see as a program's window.
  init(_ connection: Connection, parent: Window? = nil, rect: PixelRect, colour: Colour, title: String? = nil) {
    var attributes = XSetWindowAttributes()
    attributes.override_redirect = title == nil ? 1 : 0
    attributes.background_pixel = connection.format.pixel(colour)
    attributes.event_mask = ExposureMask
    let size = PixelSize(width: max(1, rect.width), height: max(1, rect.height))
    id = XCreateWindow(
      connection.display, parent?.id ?? connection.root, Int32(rect.x), Int32(rect.y), UInt32(size.width),
      UInt32(size.height), 0, 0, UInt32(InputOutput), nil, UInt(CWOverrideRedirect | CWBackPixel | CWEventMask),
      &attributes)
    canvas = Canvas(connection: connection, drawable: id, size: size)
    if let title { name(title) }
  }

  /// Says what the window is called, of what class it is, and which process it belongs to. Source: ICCCM §4.1.2, EWMH.
  private func name(_ title: String) {
    let display = connection.display
    XStoreName(display, id, title)
    "oriel".withCString { text in
      var hint = XClassHint(
        res_name: UnsafeMutablePointer(mutating: text), res_class: UnsafeMutablePointer(mutating: text))
      XSetClassHint(display, id, &hint)
    }
    var process = UInt(getpid())
    _ = withUnsafeBytes(of: &process) { bytes in
      XChangeProperty(
        display, id, XInternAtom(display, "_NET_WM_PID", 0), Atom(XA_CARDINAL), 32, PropModeReplace,
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), 1)
    }
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
