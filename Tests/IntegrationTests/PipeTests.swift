import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  @Suite(.timeLimit(.minutes(1))) struct PipeTests {
    @Test func `a recording is piped into another program, with its events on standard error`() async throws {
      let desktop = try await Desktop(.testCard)
      let folder = try TemporaryDirectory()
      let events = folder.file("events").path
      let probe =
        "ffprobe -v error -count_frames -select_streams v -of csv=p=0 -show_entries stream=nb_read_frames -"
      let oriel = try Executables.product("oriel")
      let output = try await Program.run(
        "sh",
        [
          "-c", "\"$0\" record - --display \"$1\" --duration 1.5 --json 2>\"$2\" | \(probe)", oriel, desktop.display,
          events,
        ])
      let stop = try #require(Events.parse(try String(contentsOfFile: events, encoding: .utf8)).last)
      #expect(stop["event"] == "stop")
      #expect(stop["file"] == "-")
      #expect(stop["reason"] == "duration")
      #expect(Int(output.trimmingCharacters(in: .whitespacesAndNewlines)) == stop["framesEncoded"].int)
    }

    @Test func `ffprobe, mkvinfo and webm_info accept a stream that was saved`() async throws {
      let desktop = try await Desktop(.testCard)
      let folder = try TemporaryDirectory()
      let file = folder.file("stream.webm")
      let program = try Program(
        Executables.product("oriel"), ["record", "-", "--display", desktop.display, "--duration", "1.5", "--json"],
        output: .file(file))
      #expect(try await program.exit().status == 0)
      let stop = try #require(Events.parse(program.errorOutput).last)
      #expect(stop["bytes"].int == (try file.resourceValues(forKeys: [.fileSizeKey]).fileSize))
      try await Players.expectAccepted(file, frames: try #require(stop["framesEncoded"].int))
    }
  }
}
