import Foundation
import Glibc
import Harness
import Scenes
import Testing

@Suite(.serialized, .timeLimit(.minutes(10))) struct KilledRecordingTests {
  @Test(arguments: [(SceneName.typing, 1.0), (.still, 2.0)])
  func `a recording killed at ten random moments plays up to the kill and is repaired`(
    scene: SceneName, behind: Double
  ) async throws {
    let folder = try TemporaryDirectory()
    let server = try await XServer(width: 640, height: 360)
    let desktop = try await Scene(scene, on: server.display)
    var random = SeededRandom(seed: 0x0E1)
    let moments = (0..<10).map { _ in Int.random(in: 1...3000, using: &random) }
    // All record at once, and are checked when all are dead: the checks need processor time.
    let killed = try await withThrowingTaskGroup { group in
      for (number, moment) in moments.enumerated() {
        let file = folder.file("\(scene.rawValue)-\(number).webm")
        group.addTask { (file, try await Self.recordAndKill(file, display: server.display, after: moment)) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    try await desktop.stop()
    try await withThrowingTaskGroup { group in
      for (file, recorded) in killed { group.addTask { try await Self.check(file, of: recorded, behind: behind) } }
      try await group.waitForAll()
    }
  }

  /// - Parameter moment: milliseconds after the start.
  /// - Returns: the seconds from the start to the kill.
  private static func recordAndKill(_ file: URL, display: String, after moment: Int) async throws -> Double {
    let program = try Program(
      try Executables.product("oriel"), ["record", file.path, "--display", display, "--json"])
    try await program.line { $0.contains("\"event\":\"start\"") }
    let started = MonotonicClock.seconds
    // This test is about wall-clock time.
    try await Task.sleep(for: .milliseconds(moment))
    let killed = MonotonicClock.seconds
    program.signal(SIGKILL)
    try await program.exit()
    return killed - started
  }

  private static func check(_ file: URL, of recorded: Double, behind: Double) async throws {
    let last = try Recordings.lastBlock(file)
    #expect(recorded - last <= behind, "killed after \(recorded) s, but the file ends at \(last) s")
    let pictures = try await Recordings.pictures(file)
    #expect(!pictures.isEmpty)
    let packets = try await Recordings.packets(file)
    let repair = try await Recordings.repair(file.path)
    #expect(repair.status == 0)
    #expect(repair.errors.contains(": repaired: "), "\(repair.errors)")
    try await Recordings.expectSeekable(file)
    #expect(try await Recordings.packets(file) == packets)
    #expect(try await Recordings.pictures(file) == pictures)
    let untouched = try Recordings.fingerprint(file)
    #expect(try await Recordings.repair(file.path).errors.contains("healthy"))
    #expect(try Recordings.fingerprint(file) == untouched)
  }
}
