import CX11

/// The properties of a window. Source: ICCCM §4, Extended Window Manager Hints.
struct WindowProperties {
  var title = ""
  /// `WM_NAME`, the older of the two titles.
  var plainTitle = ""
  var windowClass = ""
  var process: Int?
  /// The window that this one is a dialog or a menu of.
  var transientFor: Window?
  /// The leader of the windows that belong together.
  var group: Window?
  /// A panel or the desktop's background, neither of which has a title.
  var isFurniture = false
  /// A window manager manages it: it has a `WM_STATE`.
  var isManaged = false
  /// It is in `_NET_CLIENT_LIST`: some window managers remove the state of windows on a workspace that is not shown.
  var isListed = false
  var isIconic = false
  /// The shadow that its program draws around it.
  var frameExtents = FrameExtents()

  /// The properties whose changes are read again.
  static let names = [
    "WM_NAME", "_NET_WM_NAME", "WM_CLASS", "WM_TRANSIENT_FOR", "WM_HINTS", "_NET_WM_PID", "_NET_WM_WINDOW_TYPE",
    "WM_STATE", "_GTK_FRAME_EXTENTS",
  ]

  /// Longer titles are cut here.
  private static let longestText = 4096

  /// Reads all of them; nil if the window is gone. One round trip for each property.
  init?(_ connection: XConnection, _ window: Window, _ atoms: WindowAtoms) {
    var isThere = true
    func text(_ name: String) -> [String] { Self.text(connection, window, atoms, name, &isThere) }
    func numbers(_ name: String) -> [UInt32] { Self.numbers(connection, window, atoms[name], &isThere) }
    let visible = text("_NET_WM_NAME").joined(separator: "\0")
    plainTitle = text("WM_NAME").joined(separator: "\0")
    title = visible.isEmpty ? plainTitle : visible
    // The instance's name, and the class's.
    let names = text("WM_CLASS")
    windowClass = names.count > 1 ? names[1] : ""
    process = numbers("_NET_WM_PID").first.map { Int($0) }
    transientFor = numbers("WM_TRANSIENT_FOR").first.map { Window($0) }
    let hints = numbers("WM_HINTS")
    // Bit 6 of the flags: the ninth word is the leader.
    group = hints.count >= 9 && hints[0] & 64 != 0 ? Window(hints[8]) : nil
    let types = numbers("_NET_WM_WINDOW_TYPE").map { Atom($0) }
    isFurniture =
      types.contains(atoms["_NET_WM_WINDOW_TYPE_DOCK"]) || types.contains(atoms["_NET_WM_WINDOW_TYPE_DESKTOP"])
    let state = numbers("WM_STATE")
    isManaged = state.first.map { $0 != 0 } ?? false
    isIconic = state.first == 3
    frameExtents = FrameExtents(numbers("_GTK_FRAME_EXTENTS"))
    if !isThere { return nil }
  }

  /// Whether it is a program's own window, not a frame or part of one.
  var isClient: Bool { isManaged || isListed }

  /// The windows in the window manager's `_NET_CLIENT_LIST`, at any depth.
  static func listed(_ connection: XConnection, _ atoms: WindowAtoms) -> Set<Window> {
    var isThere = true
    return Set(numbers(connection, connection.root, atoms["_NET_CLIENT_LIST"], &isThere).map { Window($0) })
  }

  /// A window that the window manager itself made.
  static func manager(_ connection: XConnection, _ atoms: WindowAtoms) -> Window? {
    var isThere = true
    return numbers(connection, connection.root, atoms["_NET_SUPPORTING_WM_CHECK"], &isThere).first.map { Window($0) }
  }

  /// The name of the machine that a window's program runs on, as the program reports it; empty if it does not.
  static func machine(of window: Window, _ connection: XConnection, _ atoms: WindowAtoms) -> String {
    var isThere = true
    return text(connection, window, atoms, "WM_CLIENT_MACHINE", &isThere).first ?? ""
  }

  /// A text property, split at its zero bytes; empty if there is none.
  private static func text(
    _ connection: XConnection, _ window: Window, _ atoms: WindowAtoms, _ name: String, _ isThere: inout Bool
  ) -> [String] {
    read(connection, window, atoms[name], format: 8, &isThere) { data, count, type in
      let bytes = data.withMemoryRebound(to: UInt8.self, capacity: count) {
        Array(UnsafeBufferPointer(start: $0, count: count))
      }
      return PropertyText.parts(bytes, type: type, atoms, connection)
    } ?? []
  }

  /// A property of 32-bit numbers, which Xlib returns as longs; empty if there is none.
  private static func numbers(
    _ connection: XConnection, _ window: Window, _ name: Atom, _ isThere: inout Bool
  ) -> [UInt32] {
    read(connection, window, name, format: 32, &isThere) { data, count, _ in
      data.withMemoryRebound(to: UInt.self, capacity: count) { longs in
        (0..<count).map { UInt32(truncatingIfNeeded: longs[$0]) }
      }
    } ?? []
  }

  private static func read<Value>(
    _ connection: XConnection, _ window: Window, _ name: Atom, format: Int32, _ isThere: inout Bool,
    _ body: (UnsafeMutablePointer<UInt8>, Int, Atom) -> Value
  ) -> Value? {
    var (type, actualFormat) = (Atom(), Int32())
    var (count, rest) = (UInt(), UInt())
    var data: UnsafeMutablePointer<UInt8>?
    let status = XGetWindowProperty(
      connection.display, window, name, 0, longestText / 4, 0, Atom(AnyPropertyType), &type, &actualFormat, &count,
      &rest, &data)
    _ = connection.takeError()
    if status != Success { isThere = false }
    guard let data else { return nil }
    defer { XFree(data) }
    return status == Success && actualFormat == format ? body(data, Int(count), type) : nil
  }
}

/// The atoms of window properties, interned once per connection.
struct WindowAtoms {
  private var atoms: [String: Atom] = [:]

  init(_ connection: XConnection) {
    let values = [
      "_NET_WM_WINDOW_TYPE_DOCK", "_NET_WM_WINDOW_TYPE_DESKTOP", "UTF8_STRING", "COMPOUND_TEXT", "_NET_CLIENT_LIST",
      "_NET_SUPPORTING_WM_CHECK", "WM_CLIENT_MACHINE",
    ]
    for name in WindowProperties.names + values {
      atoms[name] = XInternAtom(connection.display, name, 0)
    }
    watched = Set(WindowProperties.names.compactMap { atoms[$0] })
  }

  /// Those of `WindowProperties.names`.
  private(set) var watched: Set<Atom> = []

  subscript(_ name: String) -> Atom { atoms[name] ?? 0 }
}
