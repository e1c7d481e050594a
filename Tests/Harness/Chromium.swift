import Foundation
package import Glibc

/// A Chromium with a profile of its own, controlled by the DevTools protocol: headless, or with windows on an X display.
package final class Chromium: Sendable {
  /// Whether Chromium is installed; if not, tests that need it are skipped.
  package static var isInstalled: Bool { executable != nil }

  static var executable: String? {
    ["chromium", "chromium-browser", "google-chrome"].lazy.compactMap(Executables.installed).first
  }

  /// The options with which `getDisplayMedia` captures the whole X display without a picker.
  package static let capturesEntireScreen = [
    "--auto-select-desktop-capture-source=Entire screen", "--disable-features=WebRtcPipeWireCapturer",
  ]

  /// The page that the browser opens with.
  package let page: ChromiumPage
  package let pid: pid_t
  private let program: Program
  private let connection: DevToolsConnection
  private let profile: TemporaryDirectory

  /// Starts the browser.
  /// - Parameters:
  ///   - display: the X display for its windows; headless when nil.
  ///   - arguments: more options.
  ///   - wrapper: a command that executes the browser, such as a `NetworkNamespace`'s.
  package init(on display: String? = nil, arguments: [String] = [], wrapper: [String] = []) async throws {
    guard let executable = Self.executable else { throw HarnessError("Chromium is not installed") }
    let profile = try TemporaryDirectory()
    let (commands, commandsForBrowser) = try Descriptor.socketPair()
    let replies = try Descriptor.pipe()
    var options = [
      "--remote-debugging-pipe", "--no-sandbox", "--no-first-run", "--no-default-browser-check",
      "--user-data-dir=\(profile.url.path)", "--disable-background-networking", "--disable-component-update",
      "--disable-sync", "--disable-gpu", "--disable-breakpad", "--password-store=basic",
      "--autoplay-policy=no-user-gesture-required",
    ]
    options += display == nil ? ["--headless=new"] : ["--ozone-platform=x11"]
    let command = wrapper + [executable] + options + arguments + ["about:blank"]
    let program = try Program(
      command[0], Array(command.dropFirst()),
      environment: ["TMPDIR": profile.url.path].merging(display.map { ["DISPLAY": $0] } ?? [:]) { $1 },
      descriptors: [3: commandsForBrowser, 4: replies.writing])
    commandsForBrowser.close()
    replies.writing.close()
    let connection = DevToolsConnection(commands: commands, replies: replies.reading)
    do {
      page = try await Self.firstPage(of: connection)
    } catch {
      throw HarnessError("Chromium did not start: \(error)\n\(program.errorOutput)")
    }
    self.program = program
    self.connection = connection
    self.profile = profile
    pid = program.pid
  }

  /// The browser must be gone before its profile is removed.
  deinit { program.kill() }

  /// The resources used so far by all the browser's processes.
  package var resourceUse: ResourceUse { program.resourceUse }

  /// Its name and version.
  package var version: String {
    get async throws { try await connection.call("Browser.getVersion")["product"].string ?? "Chromium" }
  }

  /// Opens another page.
  package func newPage() async throws -> ChromiumPage {
    let target = try await connection.call("Target.createTarget", ["url": "about:blank"])
    return try await Self.attach(to: target["targetId"], of: connection)
  }

  /// Ends all the browser's processes.
  package func close() async throws {
    // The browser may exit before it answers.
    _ = try? await connection.call("Browser.close", within: .seconds(5))
    if (try? await program.exit(within: .seconds(5))) == nil { try await program.stop(SIGKILL) }
  }

  private static func firstPage(of connection: DevToolsConnection) async throws -> ChromiumPage {
    let target = try await eventually("the browser's first page") {
      let targets = try await connection.call("Target.getTargets", within: .seconds(30))["targetInfos"].array ?? []
      return targets.first { $0["type"] == "page" }
    }
    return try await attach(to: target["targetId"], of: connection)
  }

  private static func attach(to target: JSON, of connection: DevToolsConnection) async throws -> ChromiumPage {
    let attached = try await connection.call("Target.attachToTarget", ["targetId": target, "flatten": true])
    guard let session = attached["sessionId"].string, let target = target.string else {
      throw HarnessError("the browser gave no session")
    }
    let page = ChromiumPage(target: target, session: session, connection: connection)
    try await page.enable()
    return page
  }
}
