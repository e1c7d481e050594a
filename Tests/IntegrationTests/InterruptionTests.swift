import Foundation
import Glibc
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// Recordings that end unexpectedly.
  @Suite(.timeLimit(.minutes(1))) struct InterruptionTests {
    @Test func `a killed recorder leaves a playable file that lacks at most a second, and no shared memory`()
      async throws
    {
      let desktop = try await Desktop(.testCard)
      let running = try RunningRecording(on: desktop.display)
      try await running.record(seconds: 2.5)
      #expect(!SharedMemory.segments(of: running.program.pid).isEmpty)
      let killed = MonotonicClock.seconds
      running.program.signal(SIGKILL)
      try await running.program.exit()
      #expect(SharedMemory.segments(of: running.program.pid) == [])

      let file = try WebMFile(running.file)
      #expect(file.blocks.count > 2)
      #expect(file.duration == nil)
      let decoded = try await Players.decode(running.file)
      #expect(decoded.frames == file.blocks.count)
      #expect(decoded.complaints == "")
      let seen = try await Sighting.all(in: running.file, of: .testCard, screen: desktop.screen)
      let behind = killed * 1000 - Double(try #require(seen.last).drawn)
      #expect(behind < 1000)
      try await Players.expectAccepted(running.file, frames: file.blocks.count)
    }

    @Test func `when the X server ends, the file is finished within a second and the status is 69`() async throws {
      let desktop = try await Desktop(.testCard)
      let running = try RunningRecording(on: desktop.display)
      try await running.record(seconds: 1.5)
      let gone = MonotonicClock.seconds
      try await desktop.server.stop(SIGKILL)
      let recording = try await running.finished()
      #expect(MonotonicClock.seconds - gone < 4)
      #expect(recording.exit.status == 69)
      #expect(recording.stop["reason"] == "displayGone")
      #expect(recording.events.last?["event"] == "stop")
      #expect(recording.errorOutput.hasPrefix("oriel: "))
      #expect(recording.errorOutput.split(separator: "\n").count == 1)
      let file = try WebMFile(recording.file)
      #expect(file.isSeekable)
      #expect(1.1...4 ~= file.duration ?? 0)
      try await Players.expectAccepted(recording.file, frames: try #require(recording.stop["framesEncoded"].int))
    }

    @Test func `when the reader of the pipe ends, the recording ends with status 74`() async throws {
      let desktop = try await Desktop(.testCard)
      let program = try Program(
        Executables.product("oriel"), ["record", "-", "--display", desktop.display, "--json"], output: .streamed)
      let stream = try #require(program.outputStream)
      _ = stream.read(exactly: 1000)
      stream.close()
      let exit = try await program.exit()
      #expect(exit.status == 74)
      let events = Events.parse(program.errorOutput)
      #expect(events.suffix(2).map { $0["event"] } == ["stop", "error"])
      #expect(events.dropLast().last?["reason"] == "writeFailed")
    }
  }
}
