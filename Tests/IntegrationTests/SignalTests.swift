import Foundation
import Glibc
import Harness
import Scenes
import Testing

extension IntegrationTests {
  @Suite(.timeLimit(.minutes(1))) struct SignalTests {
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `INT, TERM and HUP finish the file`(signal: Int32) async throws {
      let desktop = try await Desktop(.testCard)
      let launched = MonotonicClock.seconds
      let running = try RunningRecording(on: desktop.display)
      try await running.record(seconds: 1.2)
      let recording = try await running.stop(signal)
      let ended = MonotonicClock.seconds
      #expect(recording.exit.status == 0)
      #expect(recording.stop["reason"] == "signal")
      #expect(recording.events.last?["event"] == "stop")
      #expect(recording.errorOutput == "")
      let file = try WebMFile(recording.file)
      #expect(file.isSeekable)
      let duration = try #require(file.duration)
      // The first picture is a key frame, which takes a moment to encode before the start event.
      #expect(1.2...ended - launched ~= duration)
      #expect(abs(duration - (recording.stop["durationSeconds"].number ?? 0)) <= 0.001)
      // The duration reaches to the signal, and not beyond it.
      #expect(Double(file.times.last ?? 0) / 1000 <= duration)
      #expect(duration - Double(file.times.last ?? 0) / 1000 < 0.5)
      try await Players.expectAccepted(recording.file, frames: try #require(recording.stop["framesEncoded"].int))
    }

    @Test func `a signal before the first picture leaves a playable file, or none`() async throws {
      let desktop = try await Desktop(.testCard)
      for _ in 0..<5 {
        let running = try RunningRecording(on: desktop.display)
        try await eventually("the file") { FileManager.default.fileExists(atPath: running.file.path) }
        let recording = try await running.stop(SIGTERM)
        #expect(recording.exit.status == 0)
        #expect(recording.stop["reason"] == "signal")
        if FileManager.default.fileExists(atPath: recording.file.path) {
          #expect(try await Players.decode(recording.file).frames == recording.stop["framesEncoded"].int)
        }
      }
    }

    @Test func `USR1 pauses and resumes; the file has no gap, and no picture of the pause`() async throws {
      let desktop = try await Desktop(.testCard)
      let running = try RunningRecording(on: desktop.display)
      try await running.record(seconds: 1.3)
      running.program.signal(SIGUSR1)
      try await running.event("paused")
      let paused = MonotonicClock.seconds
      try await MonotonicClock.sleep(until: paused + 1.5)
      running.program.signal(SIGUSR1)
      try await running.event("resumed")
      let span = (MonotonicClock.seconds - paused) * 1000
      try await MonotonicClock.sleep(until: MonotonicClock.seconds + 1.3)
      let recording = try await running.stop(SIGTERM)
      #expect(recording.exit.status == 0)
      let names = recording.events.compactMap { $0["event"].string }.filter { $0 != "progress" }
      #expect(names == ["start", "paused", "resumed", "stop"])
      let times = recording.progress.compactMap { $0["timeSeconds"].number }
      #expect(times == times.sorted())
      #expect(times.allSatisfy { $0 <= recording.stop["durationSeconds"].number ?? 0 })

      let seen = try await Sighting.all(in: recording.file, of: .testCard, screen: desktop.screen)
      let steps = zip(seen, seen.dropFirst())
      // No freeze: the frames of the file follow each other.
      let gaps = steps.map { $1.time - $0.time }
      #expect(gaps.allSatisfy { $0 > 0 })
      #expect(gaps.max() ?? 0 < 600)
      // The times of the barcodes jump once, by the pause.
      let jumps = steps.map { ($1.drawn - $0.drawn) - ($1.time - $0.time) }.filter { abs($0) > 600 }
      #expect(jumps.count == 1)
      #expect(abs(Double(jumps.first ?? 0) - span) < 600, "\(jumps) \(span)")

      let file = try WebMFile(recording.file)
      #expect(2.5...4.5 ~= file.duration ?? 0)
      #expect(file.isSeekable)
      // Frames after a pause refer to none before it.
      #expect(file.keyFrameTimes.count == 2)
      try await Players.expectAccepted(recording.file, frames: try #require(recording.stop["framesEncoded"].int))
    }

    @Test func `a paused recording can be ended`() async throws {
      let desktop = try await Desktop(.testCard)
      let running = try RunningRecording(on: desktop.display)
      try await running.record(seconds: 1)
      running.program.signal(SIGUSR1)
      try await running.event("paused")
      try await MonotonicClock.sleep(until: MonotonicClock.seconds + 1)
      let recording = try await running.stop(SIGINT)
      #expect(recording.exit.status == 0)
      let file = try WebMFile(recording.file)
      #expect(file.isSeekable)
      #expect(1.0...3 ~= file.duration ?? 0)
      try await Players.expectAccepted(recording.file, frames: try #require(recording.stop["framesEncoded"].int))
    }
  }
}
