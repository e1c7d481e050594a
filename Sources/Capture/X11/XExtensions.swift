import CX11

/// Which extensions the server has, and where their events begin.
struct XExtensions {
  /// First event number of XDamage; nil where the server lacks it.
  let damageEvent: Int32?
  /// First event number of XFixes 2 or later (cursor, regions); nil where the server lacks it.
  let fixesEvent: Int32?
  /// First event number of RandR; nil where the server lacks it.
  let randrEvent: Int32?
  /// Whether RandR knows monitors (1.5).
  let hasMonitors: Bool
  /// Whether the server is XWayland: it shows X clients only, never the Wayland desktop.
  let isXWayland: Bool

  init(_ connection: XConnection) {
    let display = connection.display
    var (event, error, major, minor) = (Int32(), Int32(), Int32(), Int32())
    let hasFixes =
      XFixesQueryExtension(display, &event, &error) != 0 && XFixesQueryVersion(display, &major, &minor) != 0
      && major >= 2
    fixesEvent = hasFixes ? event : nil
    // Without XFixes there are no regions, so that the place of damage cannot be read.
    let hasDamage =
      hasFixes && XDamageQueryExtension(display, &event, &error) != 0
      && XDamageQueryVersion(display, &major, &minor) != 0
    damageEvent = hasDamage ? event : nil
    let hasRandr = XRRQueryExtension(display, &event, &error) != 0 && XRRQueryVersion(display, &major, &minor) != 0
    randrEvent = hasRandr ? event : nil
    hasMonitors = hasRandr && (major, minor) >= (1, 5)
    var opcode = Int32()
    isXWayland = XQueryExtension(display, "XWAYLAND", &opcode, &event, &error) != 0
  }
}
