import Foundation
import Glibc
import Harness
import Scenes
import Testing

/// How long to record; `make soak-recording` says hours.
private let seconds = ProcessInfo.processInfo.environment["ORIEL_RECORDING_SECONDS"].flatMap(Double.init) ?? 15

extension IntegrationTests {
  /// The screen of a working day: much moves and is heard, the recording is paused now and then, and something private
  /// comes and goes all the time.
  @Suite(.timeLimit(.minutes(2 + Int(seconds) / 20))) struct LongRecordingTests {
    /// What the process holds.
    private struct Holdings {
      let descriptors: Int
      let residentBytes: Int

      init(of process: pid_t) throws {
        descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
        let pages = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8).split(separator: " ")
        residentBytes = (pages.dropFirst().first.flatMap { Int($0) } ?? 0) * sysconf(Int32(_SC_PAGESIZE))
      }
    }

    @Test func `a long recording holds no more at its end, and no frame shows the window that is excluded`()
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
        // Names are read before a picture is: from the second picture on, the window's was.
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
      // The scene's own colours come up to 130, the window to 255.
      #expect(levels.allSatisfy { $0 < 160 }, "\(levels.enumerated().filter { $0.element >= 160 })")
      let length = try #require(recorded.stop["durationSeconds"].number)
      let streams = try await FFmpeg.probe(recorded.file, ["-count_packets"])["streams"].array ?? []
      let packets = streams.first { $0["codec_type"] == "audio" }?["nb_read_packets"].string.flatMap(Double.init)
      // Of 20 ms each.
      #expect(abs((packets ?? 0) / 50 - length) < 1)

      // Less is held in a pause, so that the most of each half counts.
      let halves = [holdings.prefix(holdings.count / 2), holdings.suffix(holdings.count / 2)]
      let descriptors = halves.map { $0.map(\.descriptors).max() ?? 0 }
      let memory = halves.map { $0.map(\.residentBytes).max() ?? 0 }
      print("\(rounds) rounds, \(levels.count) frames, descriptors \(descriptors), resident bytes \(memory)")
      #expect(descriptors[1] <= descriptors[0], "\(holdings.map(\.descriptors))")
      #expect(memory[1] <= memory[0] + 16 << 20, "\(holdings.map(\.residentBytes))")
    }
  }
}
