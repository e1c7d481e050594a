import CX11
import Media
import TestSupport

@testable import Capture

/// A program with windows of plain colours, on a test's X server. Used by the test's task only.
final class Client {
  let connection: XConnection
  private var display: OpaquePointer { connection.display }

  convenience init(_ server: XServer) throws { try self.init(display: server.display) }
  init(display: String) throws { connection = try XConnection(display) }

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

  /// A window of 32 bits with alpha, filled with `colour` (premultiplied), not yet on the screen.
  func alphaWindow(_ rect: PixelRect, _ colour: UInt, title: String? = nil, isMenu: Bool = false) throws -> Window {
    var visual = XVisualInfo()
    guard XMatchVisualInfo(display, XDefaultScreen(display), 32, TrueColor, &visual) != 0 else {
      throw HarnessError("no visual of 32 bits")
    }
    var attributes = XSetWindowAttributes()
    attributes.background_pixel = colour
    attributes.override_redirect = isMenu ? 1 : 0
    attributes.colormap = XCreateColormap(display, connection.root, visual.visual, AllocNone)
    let window = XCreateWindow(
      display, connection.root, Int32(rect.x), Int32(rect.y), UInt32(rect.width), UInt32(rect.height), 0, 32,
      UInt32(InputOutput), visual.visual, UInt(CWBackPixel | CWBorderPixel | CWOverrideRedirect | CWColormap),
      &attributes)
    if let title { XStoreName(display, window, title) }
    return window
  }

  /// Gives a window the shape of `rects`.
  func shape(_ window: Window, _ rects: [PixelRect]) {
    act { display in
      var rects = rects.map {
        XRectangle(x: Int16($0.x), y: Int16($0.y), width: UInt16($0.width), height: UInt16($0.height))
      }
      XShapeCombineRectangles(
        display, window, Int32(ShapeBounding), 0, 0, &rects, Int32(rects.count), Int32(ShapeSet), Int32(Unsorted))
    }
  }

  /// Sets a property of numbers, as `_GTK_FRAME_EXTENTS`.
  func property(_ window: Window, _ name: String, _ numbers: [Int]) {
    act { display in
      numbers.withUnsafeBytes {
        _ = XChangeProperty(
          display, window, XInternAtom(display, name, 0), Atom(6 /* XA_CARDINAL */), 32, Int32(PropModeReplace),
          $0.bindMemory(to: UInt8.self).baseAddress, Int32(numbers.count))
      }
    }
  }

  /// A window without a background, as many programs have: the server leaves the screen as it is until the program draws.
  func emptyWindow(_ rect: PixelRect, title: String? = nil) -> Window {
    var attributes = XSetWindowAttributes()
    let window = XCreateWindow(
      display, connection.root, Int32(rect.x), Int32(rect.y), UInt32(rect.width), UInt32(rect.height), 0,
      Int32(CopyFromParent), UInt32(InputOutput), nil, UInt(CWBackPixmap), &attributes)
    if let title { XStoreName(display, window, title) }
    return window
  }

  /// Asks the window manager to put the frame around the window without moving the window.
  func keepPlace(_ window: Window) {
    act { display in
      var hints = XSizeHints()
      hints.flags = Int(USPosition | PWinGravity)
      hints.win_gravity = Int32(StaticGravity)
      XSetWMNormalHints(display, window, &hints)
    }
  }

  /// Sets a window's `_NET_WM_PID`.
  func process(_ window: Window, _ process: Int32) { property(window, "_NET_WM_PID", [Int(process)]) }

  /// Sets a property of atoms, as `_NET_WM_STATE`.
  func atoms(_ window: Window, _ name: String, _ values: [String]) {
    act { display in
      let atoms = values.map { XInternAtom(display, $0, 0) }
      atoms.withUnsafeBytes {
        _ = XChangeProperty(
          display, window, XInternAtom(display, name, 0), Atom(4 /* XA_ATOM */), 32, Int32(PropModeReplace),
          $0.bindMemory(to: UInt8.self).baseAddress, Int32(atoms.count))
      }
    }
  }

  /// Sets a property of windows on the root, as `_NET_CLIENT_LIST`.
  func windows(_ name: String, _ values: [Window]) {
    act { display in
      values.withUnsafeBytes {
        _ = XChangeProperty(
          display, XDefaultRootWindow(display), XInternAtom(display, name, 0), Atom(33 /* XA_WINDOW */), 32,
          Int32(PropModeReplace), $0.bindMemory(to: UInt8.self).baseAddress, Int32(values.count))
      }
    }
  }

  func map(_ window: Window) { act { XMapRaised($0, window) } }
  func unmap(_ window: Window) { act { XUnmapWindow($0, window) } }
  func raise(_ window: Window) { act { XRaiseWindow($0, window) } }
  func lower(_ window: Window) { act { XLowerWindow($0, window) } }
  /// Lowers the topmost window that covers another to the bottom.
  func circulate() { act { XCirculateSubwindows($0, XDefaultRootWindow($0), LowerHighest) } }

  /// Sends a synthetic `UnmapNotify` or `DestroyNotify`.
  func sendSynthetic(_ type: Int32, _ window: Window) {
    act { display in
      let root = XDefaultRootWindow(display)
      var event = XEvent()
      event.xunmap.type = type
      event.xunmap.event = root
      event.xunmap.window = window
      XSendEvent(display, root, 0, Int(SubstructureNotifyMask), &event)
    }
  }

  /// Makes the first monitor the primary one, or none.
  func choosePrimary(_ isFirst: Bool) {
    act { display in
      let root = XDefaultRootWindow(display)
      guard let resources = XRRGetScreenResources(display, root) else { return }
      XRRSetOutputPrimary(display, root, isFirst ? resources.pointee.outputs[0] : 0)
      XRRFreeScreenResources(resources)
    }
  }

  var isComposited: Bool {
    XGetSelectionOwner(connection.display, XInternAtom(connection.display, "_NET_WM_CM_S0", 0)) != 0
  }

  func destroy(_ window: Window) { act { XDestroyWindow($0, window) } }
  func title(_ window: Window, _ title: String) { act { XStoreName($0, window, title) } }
  func className(_ window: Window, _ name: String) {
    property(window, "WM_CLASS", type: "STRING", Array("\(name.lowercased())\0\(name)\0".utf8))
  }

  func property(_ window: Window, _ name: String, type: String, _ bytes: [UInt8]) {
    act { display in
      var bytes = bytes
      XChangeProperty(
        display, window, XInternAtom(display, name, 0), XInternAtom(display, type, 0), 8, Int32(PropModeReplace),
        &bytes,
        Int32(bytes.count))
    }
  }

  func move(_ window: Window, _ x: Int, _ y: Int) { act { XMoveWindow($0, window, Int32(x), Int32(y)) } }
  func resize(_ window: Window, _ width: UInt32, _ height: UInt32) { act { XResizeWindow($0, window, width, height) } }

  func iconify(_ window: Window) { act { XIconifyWindow($0, window, XDefaultScreen($0)) } }

  /// Asks the window manager for the focus, as `wmctrl -a` does.
  func activate(_ window: Window) {
    act { display in
      var event = XEvent()
      event.xclient.type = ClientMessage
      event.xclient.window = window
      event.xclient.message_type = XInternAtom(display, "_NET_ACTIVE_WINDOW", 0)
      event.xclient.format = 32
      event.xclient.data.l.0 = 2
      XSendEvent(display, connection.root, 0, SubstructureRedirectMask | SubstructureNotifyMask, &event)
    }
  }

  /// Whether a window manager has put `window` into a frame that is on the screen.
  func isFramed(_ window: Window) -> Bool {
    var attributes = XWindowAttributes()
    return frame(of: window) != nil && XGetWindowAttributes(display, window, &attributes) != 0
      && attributes.map_state == IsViewable
  }

  /// The window that a window manager has put `window` into.
  func frame(of window: Window) -> Window? {
    let parent = connection.tree(of: window)?.parent
    return parent == connection.root ? nil : parent
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
