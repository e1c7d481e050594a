import Foundation
import Glibc
import Harness
import Scenes
import Testing

/// How long to record; `make soak-recording` says hours.
private let seconds = ProcessInfo.processInfo.environment["ORIEL_RECORDING_SECONDS"].flatMap(Double.init) ?? 15

extension IntegrationTests {
  /// A screen as on a working day: much motion and sound, pauses of the recording, and an excluded window that is opened
  /// and closed all the time.
  @Suite(.timeLimit(.minutes(2 + Int(seconds) / 20))) struct LongRecordingTests {
    /// The resources of the process.
    private struct Holdings {
      let descriptors: Int
      let residentBytes: Int

      init(of process: pid_t) throws {
        descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
        let pages = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8).split(separator: " ")
        residentBytes = (pages.dropFirst().first.flatMap { Int($0) } ?? 0) * sysconf(Int32(_SC_PAGESIZE))
      }
    }

    @Test func `a long recording's memory and descriptors do not grow, and no frame shows the excluded window`()
      async throws
    {
      let sound = try await PulseServer()
      let desktop = try await Desktop(.busy, width: 1280, height: 720)
      let windows = try await ClientWindows(on: desktop.display)
      let noise = try Program(
        "pacat", ["--playback", "--format=s16le", "/dev/urandom"], environment: sound.environment)
      let running = try RunningRecording(
        on: desktop.display, ["--exclude", "*vault*", "--audio", "system"], environment: sound.environment)
      try await running.event("start")
      var holdings: [Holdings] = []
      var rounds = 0
      var pauses = 0
      let end = MonotonicClock.seconds + seconds
      while MonotonicClock.seconds < end {
        rounds += 1
        let (x, y) = (rounds * 97 % 1000, rounds * 61 % 500)
        try await windows.ask("window private \(x) \(y) 240 180 00ff00 Vault \(rounds)")
        // Titles are read before a picture: from the second picture on the window's title is known.
        try await running.capturesMore()
        try await windows.ask("title private Report \(rounds)")
        let isPaused = rounds.isMultiple(of: 3)
        if isPaused { running.program.signal(SIGUSR1) }
        try await windows.ask("move private \(y) \(x / 2)")
        try await MonotonicClock.sleep(until: MonotonicClock.seconds + 0.3)
        if isPaused {
          running.program.signal(SIGUSR1)
          pauses += 1
        }
        try await windows.ask("close private")
        holdings.append(try Holdings(of: running.program.pid))
      }
      let recorded = try await running.stop(SIGINT)
      _ = noise
      #expect(recorded.exit.status == 0, "\(recorded.errorOutput)")
      #expect(rounds >= 3 && recorded.events.count { $0["event"] == "paused" } == pauses)

      let levels = try await ColourLevels.highest(
        .green, in: recorded.file, within: .seconds(60 + seconds))
      #expect(levels.count == recorded.stop["framesEncoded"].int)
      // The scene's own colours reach 130, the window's 255.
      #expect(levels.allSatisfy { $0 < 160 }, "\(levels.enumerated().filter { $0.element >= 160 })")
      let length = try #require(recorded.stop["durationSeconds"].number)
      let streams = try await FFmpeg.probe(recorded.file, ["-count_packets"])["streams"].array ?? []
      let packets = streams.first { $0["codec_type"] == "audio" }?["nb_read_packets"].string.flatMap(Double.init)
      // Each has 20 ms.
      #expect(abs((packets ?? 0) / 50 - length) < 1)

      // A pause uses less, so the maxima of both halves are compared.
      let halves = [holdings.prefix(holdings.count / 2), holdings.suffix(holdings.count / 2)]
      let descriptors = halves.map { $0.map(\.descriptors).max() ?? 0 }
      let memory = halves.map { $0.map(\.residentBytes).max() ?? 0 }
      print("\(rounds) rounds, \(levels.count) frames, descriptors \(descriptors), resident bytes \(memory)")
      #expect(descriptors[1] <= descriptors[0], "\(holdings.map(\.descriptors))")
      #expect(memory[1] <= memory[0] + 16 << 20, "\(holdings.map(\.residentBytes))")
    }
  }
}
