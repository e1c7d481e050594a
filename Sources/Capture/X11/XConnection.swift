import CX11
import Media

/// One connection to an X server, and the screen it was opened for. Used by the thread that opened it only.
///
/// The loss of the server never ends the process: later calls do nothing, and `isBroken` is true.
final class XConnection {
  /// Xlib's `Display *`, owned.
  let display: OpaquePointer
  /// The root window of the screen the display name asks for.
  let root: Window
  /// The socket, for `poll`. Readable, or hung up, once the server is gone.
  let fileDescriptor: Int32

  /// - Parameter name: as in `$DISPLAY`, which is taken when nil.
  init(_ name: String?) throws(DisplayMediaError) {
    guard let display = XOpenDisplay(name) else { throw .unreachable(name) }
    self.display = display
    root = XDefaultRootWindow(display)
    fileDescriptor = XConnectionNumber(display)
    XErrorHandlers.adopt(display)
  }

  deinit {
    XCloseDisplay(display)
    XErrorHandlers.release(display)
  }

  /// Whether the connection was lost.
  var isBroken: Bool { XErrorHandlers.isBroken(display) }

  /// Waits until the server has processed all requests, so that their errors and events have arrived.
  func synchronize() { XSync(display, 0) }

  /// Runs `body`, waits for the server, and returns the first error of its requests, if any.
  func trap(_ body: () -> Void) -> XRequestError? {
    synchronize()
    _ = XErrorHandlers.takeError(display)
    body()
    synchronize()
    return XErrorHandlers.takeError(display)
  }

  /// The first error since the last call. Errors never end the process.
  func takeError() -> XRequestError? { XErrorHandlers.takeError(display) }

  /// The root window's size in pixels as the server has it now; nil once the server is gone.
  var rootSize: PixelSize? {
    var (window, x, y) = (Window(), Int32(), Int32())
    var (width, height, border, depth) = (UInt32(), UInt32(), UInt32(), UInt32())
    guard XGetGeometry(display, root, &window, &x, &y, &width, &height, &border, &depth) != 0 else { return nil }
    return PixelSize(width: Int(width), height: Int(height))
  }

  /// A window's place on the root without its border, whether it is viewable, and its pixel format (nil for a palette); nil
  /// if the window is gone.
  func place(of window: Window) -> (inside: PixelRect, isViewable: Bool, format: PixelFormat?)? {
    var attributes = XWindowAttributes()
    var (x, y, child) = (Int32(), Int32(), Window())
    guard XGetWindowAttributes(display, window, &attributes) != 0, attributes.class == InputOutput,
      XTranslateCoordinates(display, window, root, 0, 0, &x, &y, &child) != 0
    else {
      _ = takeError()
      return nil
    }
    return (
      PixelRect(x: Int(x), y: Int(y), width: Int(attributes.width), height: Int(attributes.height)),
      attributes.map_state == IsViewable, PixelFormat(display, attributes.visual, depth: Int(attributes.depth))
    )
  }

  /// The children of `window`, from bottom to top.
  func children(of window: Window) -> [Window] { tree(of: window)?.children ?? [] }

  /// The parent of `window` and its children, from bottom to top; nil if it is gone.
  func tree(of window: Window) -> (parent: Window, children: [Window])? {
    var (root, parent) = (Window(), Window())
    var children: UnsafeMutablePointer<Window>?
    var count = UInt32()
    guard XQueryTree(display, window, &root, &parent, &children, &count) != 0 else {
      _ = takeError()
      return nil
    }
    defer { if let children { XFree(children) } }
    return (parent, Array(UnsafeBufferPointer(start: children, count: children == nil ? 0 : Int(count))))
  }

  /// The name of `atom`; nil when the server knows none.
  func name(of atom: Atom) -> String? {
    guard atom != 0, let text = XGetAtomName(display, atom) else { return nil }
    defer { XFree(text) }
    return String(cString: text)
  }
}
