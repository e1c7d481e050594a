import Harness
import Rooms

/// A room server and a browser that visits it.
struct RoomBrowser {
  let server: RoomServer
  let port: Int
  let browser: Chromium

  /// A desktop's size; pages that nobody looks at keep their timers; connections within this machine are allowed, and
  /// addresses are told.
  static let arguments = [
    "--window-size=1280,900",
    "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows", "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
  ]

  init(_ configuration: RoomServerConfiguration = RoomServerConfiguration(), options: [String] = []) async throws {
    server = RoomServer(configuration)
    port = try await server.start()
    browser = try await Chromium(arguments: Self.arguments + options)
  }

  func link(_ room: String, token: String? = nil, fingerprints: [String]? = nil) -> String {
    let parts = [fingerprints.map { "fp=\($0.joined(separator: ","))" }, token.map { "token=\($0)" }]
    let fragment = parts.compactMap(\.self).joined(separator: "&")
    return "http://127.0.0.1:\(port)/room/\(room)\(fragment.isEmpty ? "" : "#\(fragment)")"
  }

  /// A page of the server's origin that is in no room, to run scripts in.
  func scriptPage() async throws -> ChromiumPage {
    let page = try await browser.newPage()
    try await page.navigate(to: "http://127.0.0.1:\(port)/assets/text.js")
    return page
  }

  func close() async throws {
    try await browser.close()
    await server.shutdown()
  }
}
