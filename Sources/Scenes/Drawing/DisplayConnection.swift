internal import CX11
import Media

/// A connection to an X display, with fonts and a graphics context; owned by the drawing thread.
final class DisplayConnection {
  let display: OpaquePointer
  let name: String
  let screen: PixelSize
  let root: UInt
  let format: TrueColorFormat
  let context: GC
  private(set) var isGone = false
  private var fonts: [Face: Font] = [:]
  private var isOpen = true

  init(display requested: String?) throws(SceneError) {
    let name = requested ?? XDisplayName(nil).map { String(cString: $0) } ?? ""
    guard !name.isEmpty, let display = XOpenDisplay(name) else { throw .displayUnavailable(name) }
    let number = XDefaultScreen(display)
    let visual = XDefaultVisual(display, number).pointee
    guard visual.class == TrueColor else {
      XCloseDisplay(display)
      throw .visualUnsupported(name)
    }
    self.display = display
    self.name = name
    root = XRootWindow(display, number)
    screen = PixelSize(width: Int(XDisplayWidth(display, number)), height: Int(XDisplayHeight(display, number)))
    format = TrueColorFormat(red: visual.red_mask, green: visual.green_mask, blue: visual.blue_mask)
    context = XCreateGC(display, root, 0, nil)
    XSetGraphicsExposures(display, context, 0)
    // Without an exit handler Xlib exits the process when the connection breaks.
    XSetIOErrorExitHandler(
      display,
      { _, connection in Unmanaged<DisplayConnection>.fromOpaque(connection!).takeUnretainedValue().isGone = true },
      Unmanaged.passUnretained(self).toOpaque())
    for face in Face.allCases {
      guard let loaded = XLoadQueryFont(display, face.rawValue) ?? XLoadQueryFont(display, "fixed") else {
        close()
        throw .fontsMissing(name)
      }
      fonts[face] = Font(loaded)
      XFreeFontInfo(nil, loaded, 1)
    }
  }

  deinit { close() }

  /// Closes the connection and thereby its windows. A second call does nothing.
  func close() {
    guard isOpen else { return }
    isOpen = false
    // `XCloseDisplay` would use the socket of a broken connection, so its memory is leaked.
    if !isGone { XCloseDisplay(display) }
  }

  var descriptor: Int32 { XConnectionNumber(display) }

  func font(_ face: Face) -> Font { fonts[face]! }

  /// Sends everything drawn so far and waits until the server has drawn it.
  func synchronise() throws(SceneError) {
    XSync(display, 0)
    if isGone { throw .displayGone(name) }
  }

  /// Reads the pending events; true if any part of a window was exposed.
  func takeExposures() throws(SceneError) -> Bool {
    var exposed = false
    while !isGone, XPending(display) > 0 {
      var event = XEvent()
      XNextEvent(display, &event)
      if event.type == Expose { exposed = true }
    }
    if isGone { throw .displayGone(name) }
    return exposed
  }
}
