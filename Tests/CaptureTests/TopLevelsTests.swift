import CX11
import Media
import TestSupport
import Testing

@testable import Capture

/// The windows' state as derived from the order of events alone, between two calls of `identify`.
@Suite struct TopLevelsTests {
  private let server: XServer
  private let program: Client
  private let manager: Client
  private let connection: XConnection
  private let tops: TopLevels

  init() async throws {
    server = try await XServer(width: 320, height: 240)
    program = try Client(server)
    manager = try Client(server)
    connection = try XConnection(server.display)
    tops = TopLevels(connection, watches: true)
  }

  private func takeEvents() {
    connection.synchronize()
    var event = XEvent()
    while XPending(connection.display) > 0 {
      XNextEvent(connection.display, &event)
      _ = tops.take(&event)
    }
  }

  private func reparent(_ window: Window, into frame: Window) {
    XReparentWindow(manager.connection.display, window, frame, 2, 2)
    manager.connection.synchronize()
  }

  @Test func `a window that is reparented into a frame and back to the root is always found`() {
    let window = program.window(PixelRect(x: 10, y: 10, width: 80, height: 60), 0x336699, title: "Vault")
    program.map(window)
    takeEvents()
    // From now on, events are selected on the window too, and not only on the root.
    tops.identify()
    let frames = (0..<2).map { _ in
      manager.window(PixelRect(x: 8, y: 8, width: 84, height: 64), 0x444444, isMenu: true)
    }
    for frame in frames {
      reparent(window, into: frame)
      manager.map(frame)
      takeEvents()
      #expect(tops.owner(of: window) == frame)
      #expect(tops.entries[frame]?.client == window)
      #expect(tops.entries[window] == nil)
      tops.identify()
      #expect(tops.entries[frame]?.properties?.title == "Vault")
    }
    #expect(tops.entries[frames[0]]?.client == frames[0])
    reparent(window, into: connection.root)
    takeEvents()
    #expect(tops.owner(of: window) == window && tops.entries[window]?.rect.x == 2)
    #expect(tops.entries[frames[1]]?.client == frames[1])
    reparent(window, into: frames[1])
    takeEvents()
    var lost: [Window] = []
    tops.onLoss = { frame, _ in lost.append(frame) }
    // `identify` runs when the client is destroyed, but before its event is processed.
    program.destroy(window)
    tops.identify()
    #expect(tops.entries[frames[1]]?.client == window)
    #expect(tops.isUncertain(frames[1]))
    takeEvents()
    #expect(lost == [frames[1]])
  }

  @Test func `a new InputOnly window is identified as such`() {
    var attributes = XSetWindowAttributes()
    let display = program.connection.display
    let window = XCreateWindow(
      display, connection.root, 5, 5, 50, 50, 0, 0, UInt32(InputOnly), nil, 0, &attributes)
    program.map(window)
    takeEvents()
    #expect(tops.isUncertain(window))
    tops.identify()
    #expect(tops.entries[window]?.isInputOnly == true)
  }

  @Test func `a compositing manager's overlay window is not listed, neither on its creation nor later`() throws {
    let window = program.window(PixelRect(x: 10, y: 10, width: 80, height: 60), 0x336699)
    program.map(window)
    let overlay = XCompositeGetOverlayWindow(manager.connection.display, manager.connection.root)
    XMapRaised(manager.connection.display, overlay)
    manager.connection.synchronize()
    takeEvents()
    program.raise(window)
    takeEvents()
    #expect(tops.order == [window])
    let later = TopLevels(try XConnection(server.display), watches: true)
    #expect(later.order == [window])
  }

  @Test func `a window stacked above an unknown sibling gets its place from the server`() throws {
    let windows = (0..<3).map { _ in program.window(PixelRect(x: 10, y: 10, width: 80, height: 60), 0x336699) }
    let inner = manager.window(PixelRect(x: 10, y: 10, width: 80, height: 60), 0x444444)
    program.connection.synchronize()
    reparent(inner, into: windows[0])
    takeEvents()
    #expect(tops.order == windows)
    // When the first event is processed, the window that was reparented to the root is destroyed already.
    reparent(inner, into: connection.root)
    var changes = XWindowChanges()
    for (window, sibling) in [(inner, windows[0]), (windows[2], inner)] {
      changes.sibling = sibling
      changes.stack_mode = Above
      XConfigureWindow(manager.connection.display, window, UInt32(CWSibling | CWStackMode), &changes)
    }
    manager.connection.synchronize()
    manager.destroy(inner)
    var raised: [Window] = []
    tops.onRaise = { window, _ in raised.append(window) }
    takeEvents()
    #expect(tops.order == [windows[0], windows[2], windows[1]])
    // The stacking order in between is unknown, so all windows may have been raised.
    #expect(Set(raised).isSuperset(of: windows))
  }

  @Test func `all windows in a frame are found, also before the window manager lists them`() throws {
    let names = ["Editor", "Vault", nil]
    let windows = names.map { name in
      let window = program.window(PixelRect(x: 10, y: 10, width: 80, height: 60), 0x336699)
      if let name { program.className(window, name) }
      return window
    }
    program.connection.synchronize()
    let frame = manager.window(PixelRect(x: 8, y: 8, width: 84, height: 64), 0x444444, isMenu: true)
    for window in windows { reparent(window, into: frame) }
    program.property(windows[0], "WM_STATE", [1, 0])
    manager.map(frame)
    let tops = TopLevels(connection, watches: true)
    #expect(tops.entries[frame]?.client == windows[0])
    #expect(tops.owner(of: windows[1]) == frame && tops.owner(of: windows[2]) == nil)
    // The list is set later, when one window still has no name.
    manager.windows("_NET_CLIENT_LIST", windows)
    connection.synchronize()
    var event = XEvent()
    while XPending(connection.display) > 0 {
      XNextEvent(connection.display, &event)
      _ = tops.take(&event)
    }
    #expect(tops.owner(of: windows[2]) == frame && tops.isUncertain(frame))
    tops.identify()
    program.className(windows[2], "Late")
    connection.synchronize()
    while XPending(connection.display) > 0 {
      XNextEvent(connection.display, &event)
      _ = tops.take(&event)
    }
    tops.identify()
    #expect(
      Set(tops.entries[frame]?.clients.values.compactMap { $0?.windowClass } ?? []) == ["Editor", "Vault", "Late"])
    #expect(Set(tops.entries[frame]?.clients.keys.map { $0 } ?? []) == Set(windows))
  }
}
