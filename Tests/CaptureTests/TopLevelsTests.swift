import CX11
import Media
import TestSupport
import Testing

@testable import Capture

/// What is known of windows by the order of events alone, between two looks at them.
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

  @Test func `a window is known in its frame from the moment it is put there, and back on the root`() {
    let window = program.window(PixelRect(x: 10, y: 10, width: 80, height: 60), 0x336699, title: "Vault")
    program.map(window)
    takeEvents()
    // Watched from now on: what befalls it is told by the window, too, and not by the root alone.
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
    // A look at the frame while its client is gone, and nobody has said so.
    program.destroy(window)
    tops.identify()
    #expect(tops.entries[frames[1]]?.client == window)
    #expect(tops.isDoubtful(frames[1]))
    takeEvents()
    #expect(lost == [frames[1]])
  }

  @Test func `windows without pixels are told apart, also those that come later`() {
    var attributes = XSetWindowAttributes()
    let display = program.connection.display
    let window = XCreateWindow(
      display, connection.root, 5, 5, 50, 50, 0, 0, UInt32(InputOnly), nil, 0, &attributes)
    program.map(window)
    takeEvents()
    #expect(tops.isDoubtful(window))
    tops.identify()
    #expect(tops.entries[window]?.isInputOnly == true)
  }

  @Test func `the overlay of a compositing manager is none of the windows, also for who comes later`() throws {
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

  @Test func `a window right above one that is not known has the place that the server says`() throws {
    let windows = (0..<3).map { _ in program.window(PixelRect(x: 10, y: 10, width: 80, height: 60), 0x336699) }
    let inner = manager.window(PixelRect(x: 10, y: 10, width: 80, height: 60), 0x444444)
    program.connection.synchronize()
    reparent(inner, into: windows[0])
    takeEvents()
    #expect(tops.order == windows)
    // By the time the first event is looked at, the one that came to the root is no more.
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
    // What lay above what meanwhile is not known.
    #expect(Set(raised).isSuperset(of: windows))
  }

  @Test func `all windows in a frame are known, also before the window manager says that it looks after them`() throws {
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
    // The list comes later, and the one without a name has none still.
    manager.windows("_NET_CLIENT_LIST", windows)
    connection.synchronize()
    var event = XEvent()
    while XPending(connection.display) > 0 {
      XNextEvent(connection.display, &event)
      _ = tops.take(&event)
    }
    #expect(tops.owner(of: windows[2]) == frame && tops.isDoubtful(frame))
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
