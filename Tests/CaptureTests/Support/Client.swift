import CX11
import Media
import TestSupport

@testable import Capture

/// A program with windows of plain colours, on a test's X server. Used by the test's task only.
final class Client {
  let connection: XConnection
  private var display: OpaquePointer { connection.display }

  init(_ server: XServer) throws { connection = try XConnection(server.display) }

  /// A window filled with `colour`, not yet on the screen.
  func window(
    _ rect: PixelRect, _ colour: UInt, title: String? = nil, isMenu: Bool = false, transientFor: Window? = nil
  ) -> Window {
    var attributes = XSetWindowAttributes()
    attributes.background_pixel = colour
    attributes.override_redirect = isMenu ? 1 : 0
    let window = XCreateWindow(
      display, connection.root, Int32(rect.x), Int32(rect.y), UInt32(rect.width), UInt32(rect.height), 0,
      Int32(CopyFromParent), UInt32(InputOutput), nil, UInt(CWBackPixel | CWOverrideRedirect), &attributes)
    if let title { XStoreName(display, window, title) }
    if let transientFor { XSetTransientForHint(display, window, transientFor) }
    return window
  }

  /// Says which process a window belongs to.
  func process(_ window: Window, _ process: Int32) {
    act { display in
      var value = CLong(process)
      withUnsafeBytes(of: &value) {
        _ = XChangeProperty(
          display, window, XInternAtom(display, "_NET_WM_PID", 0), Atom(6 /* XA_CARDINAL */), 32,
          Int32(PropModeReplace),
          $0.bindMemory(to: UInt8.self).baseAddress, 1)
      }
    }
  }

  func map(_ window: Window) { act { XMapRaised($0, window) } }
  func unmap(_ window: Window) { act { XUnmapWindow($0, window) } }
  func raise(_ window: Window) { act { XRaiseWindow($0, window) } }
  func destroy(_ window: Window) { act { XDestroyWindow($0, window) } }
  func title(_ window: Window, _ title: String) { act { XStoreName($0, window, title) } }
  func className(_ window: Window, _ name: String) {
    act { display in
      var bytes = Array("\(name.lowercased())\0\(name)\0".utf8)
      XChangeProperty(
        display, window, XInternAtom(display, "WM_CLASS", 0), Atom(31 /* XA_STRING */), 8, Int32(PropModeReplace),
        &bytes,
        Int32(bytes.count))
    }
  }
  func move(_ window: Window, _ x: Int, _ y: Int) { act { XMoveWindow($0, window, Int32(x), Int32(y)) } }
  func resize(_ window: Window, _ width: UInt32, _ height: UInt32) { act { XResizeWindow($0, window, width, height) } }

  func iconify(_ window: Window) { act { XIconifyWindow($0, window, XDefaultScreen($0)) } }

  /// Whether a window manager has put `window` into a frame that is on the screen.
  func isFramed(_ window: Window) -> Bool {
    var (root, parent, count) = (Window(), Window(), UInt32())
    var children: UnsafeMutablePointer<Window>?
    guard XQueryTree(display, window, &root, &parent, &children, &count) != 0 else { return false }
    if let children { XFree(children) }
    var attributes = XWindowAttributes()
    return parent != connection.root && XGetWindowAttributes(display, window, &attributes) != 0
      && attributes.map_state == IsViewable
  }

  func fill(_ window: Window, _ rect: PixelRect, _ colour: UInt) {
    act { display in
      let context = XCreateGC(display, window, 0, nil)
      XSetForeground(display, context, colour)
      XFillRectangle(
        display, window, context, Int32(rect.x), Int32(rect.y), UInt32(rect.width), UInt32(rect.height))
      if let context { XFreeGC(display, context) }
    }
  }

  private func act(_ body: (OpaquePointer) -> Void) {
    body(display)
    connection.synchronize()
  }
}
