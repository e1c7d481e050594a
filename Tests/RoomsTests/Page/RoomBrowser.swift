import Harness
import Rooms
import Testing

/// A room server and a browser that visits it.
struct RoomBrowser {
  let server: RoomServer
  let port: Int
  let browser: Chromium

  /// A desktop's size; timers of hidden pages are not throttled; connections within this machine are allowed, and
  /// candidates have real addresses.
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

  /// Runs a script, whose body may await, in a page of a server's origin.
  static func run(_ body: String) async throws -> JSON {
    let visited = try await RoomBrowser()
    let page = try await visited.scriptPage()
    let value = try await page.evaluate("(async () => { \(body) })()", within: .seconds(30))
    // The browser requests an icon for a plain text file; there is none.
    #expect(page.problems.filter { !$0.contains("404") } == [])
    try await visited.close()
    return value
  }

  func close() async throws {
    try await browser.close()
    await server.shutdown()
  }
}
