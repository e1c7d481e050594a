import Harness

/// `oriel share` with its own room, whose link viewers open.
final class ProductShare: Publisher {
  private let program: Program
  let url: String

  init(display: String, bitrate: Int) async throws {
    program = try Program(
      try Executables.product("oriel"),
      [
        "share", "--display", display, "--listen", "127.0.0.1:0", "--room", "bench", "--bitrate", "\(bitrate)",
        "--json",
      ])
    let ready = try await program.line(within: .seconds(15)) { $0.contains(#""event":"ready""#) }
    url = try JSON(parsing: ready)["url"].string ?? ""
  }

  func connect(_ count: Int, in browser: ViewerBrowser) async throws {
    for _ in 0..<count { try await browser.open(url) }
  }

  /// From the newest `stats` event.
  func framesEncoded() async throws -> (frames: Int, time: Double) {
    for line in program.output.split(separator: "\n").reversed() {
      guard let event = try? JSON(parsing: String(line)), event["event"] == "stats",
        let frames = event["framesEncoded"].int, let time = event["timeSeconds"].number
      else { continue }
      return (frames, time)
    }
    throw HarnessError("oriel share has printed no statistics yet: \(program.errorOutput)")
  }

  func use() -> (cpuSeconds: Double, threads: [String: Double]) {
    (program.resourceUse.cpuSeconds, ThreadUse.cpuSeconds(of: program.pid))
  }

  func stop() async throws { try await program.stop() }
}
