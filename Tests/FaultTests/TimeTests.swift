import Foundation
import Glibc
import Harness
import Scenes
import Testing

extension FaultTests {
  @Suite(.timeLimit(.minutes(2))) struct TimeTests {
    @Test func `a recorder stopped for three seconds continues, with one such gap in its times`() async throws {
      let desktop = try await Desktop(.testCard)
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let recorder = try Recorder(file.path, display: desktop.display)
      let started = MonotonicClock.seconds
      try await recorder.captured(25)
      let before = MonotonicClock.seconds
      recorder.program.signal(SIGSTOP)
      try await MonotonicClock.sleep(until: MonotonicClock.seconds + 3)
      recorder.program.signal(SIGCONT)
      let after = MonotonicClock.seconds
      let seen = recorder.events.last?["framesCaptured"].int ?? 0
      try await recorder.captured(seen + 20)
      let ended = try await recorder.interrupt()
      let over = MonotonicClock.seconds
      #expect(ended.status == 0)
      expectSums(ended)
      let playback = try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)
      let gaps = zip(playback.times, playback.times.dropFirst()).map { $1 - $0 }
      // At least the stop itself, and at most the time from before it to after it, plus half a second.
      let gap = try #require(gaps.max())
      #expect(gap >= 2900)
      #expect(Double(gap) <= (after - before) * 1000 + 500)
      #expect(gaps.filter { $0 > 1100 }.count == 1)
      let duration = try #require(playback.duration)
      #expect(duration > after - before && duration <= over - started)
      #expect(abs(duration - (ended.stop["durationSeconds"].number ?? 0)) <= 0.001)
    }

    @Test(.enabled(if: PreloadedLibrary.compiler != nil, "no C compiler is installed"))
    func `a wall clock set forward by two hours and back by a day changes no timestamp`() async throws {
      let desktop = try await Desktop(.testCard)
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm")
      let clock = try await WallClock(in: folder)
      let recorder = try Recorder(file.path, display: desktop.display, environment: clock.environment)
      let started = MonotonicClock.seconds
      try await recorder.captured(20)
      try clock.step(7200)
      #expect(try await clock.offset == 7200)
      try await recorder.captured(60)
      try clock.step(-86400)
      try await recorder.captured(100)
      let ended = try await recorder.interrupt()
      let took = MonotonicClock.seconds - started
      #expect(ended.status == 0)
      let playback = try await Playback.expect(file, frames: ended.stop["framesEncoded"].int)
      #expect(try #require(playback.duration) <= took)
      // A busy machine may need up to 1.1 s for a picture.
      #expect(zip(playback.times, playback.times.dropFirst()).allSatisfy { $1 - $0 < 1100 })
      let times = ended.progress.compactMap { $0["timeSeconds"].number }
      for (number, time) in times.enumerated() { #expect(abs(time - Double(number + 1)) <= 0.5 + 0.1 * Double(number)) }
    }

    @Test(.enabled(if: PreloadedLibrary.compiler != nil, "no C compiler is installed"))
    func `a wall clock set forward by two hours does not shorten --duration 3`() async throws {
      let desktop = try await Desktop(.testCard)
      let folder = try TemporaryDirectory()
      let clock = try await WallClock(in: folder)
      let file = folder.file("a.webm")
      let recorder = try Recorder(
        file.path, display: desktop.display, ["--duration", "3"], environment: clock.environment)
      try await recorder.event("progress")
      try clock.step(7200)
      let ended = try await recorder.ended()
      #expect(ended.stop["reason"] == "duration")
      #expect(abs((try Playback(file).duration ?? 0) - 3) <= 0.2)
    }
  }
}
