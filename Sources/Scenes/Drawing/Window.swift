internal import CX11
import Glibc
import Media

/// An X window. Without a title it is override-redirect: no window manager touches it. Destroyed with its connection.
struct Window {
  let drawable: Drawable
  let id: UInt

  private var connection: DisplayConnection { drawable.connection }

  /// A window of a plain colour; inside the root when `parent` is nil.
  /// - Parameter title: its name, if it is to be managed like a program's window.
  init(_ connection: DisplayConnection, parent: Window? = nil, rect: PixelRect, colour: Colour, title: String? = nil) {
    var attributes = XSetWindowAttributes()
    attributes.override_redirect = title == nil ? 1 : 0
    attributes.background_pixel = connection.format.pixel(colour)
    attributes.event_mask = ExposureMask
    let size = PixelSize(width: max(1, rect.width), height: max(1, rect.height))
    id = XCreateWindow(
      connection.display, parent?.id ?? connection.root, Int32(rect.x), Int32(rect.y), UInt32(size.width),
      UInt32(size.height), 0, 0, UInt32(InputOutput), nil, UInt(CWOverrideRedirect | CWBackPixel | CWEventMask),
      &attributes)
    drawable = Drawable(connection: connection, id: id, size: size)
    if let title { name(title) }
  }

  /// Sets the window's name, class and process id. Source: ICCCM §4.1.2, EWMH.
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

  /// Paints the background pixmap, with which the server repaints exposed areas itself.
  func setBackground(_ paint: (Drawable) -> Void) {
    let pixmap = XCreatePixmap(
      connection.display, connection.root, UInt32(drawable.size.width), UInt32(drawable.size.height),
      UInt32(XDefaultDepth(connection.display, XDefaultScreen(connection.display))))
    paint(Drawable(connection: connection, id: pixmap, size: drawable.size))
    XSetWindowBackgroundPixmap(connection.display, id, pixmap)
    XFreePixmap(connection.display, pixmap)
    // The scene has nothing to repaint, so it needs no exposure events.
    XSelectInput(connection.display, id, 0)
    XClearWindow(connection.display, id)
  }

  /// Shows the window above its siblings.
  func show() { XMapRaised(connection.display, id) }

  func move(toX x: Int, y: Int) { XMoveWindow(connection.display, id, Int32(x), Int32(y)) }
}
