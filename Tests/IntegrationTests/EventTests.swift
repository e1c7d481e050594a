import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  @Suite(.timeLimit(.minutes(1))) struct EventTests {
    @Test func `events have exactly the documented keys and types, and their sums match the file`() async throws {
      let desktop = try await Desktop(.typing)
      let recording = try await Recording.make(on: desktop.display, ["--duration", "3.6"])
      #expect(recording.exit.status == 0)
      #expect(recording.errorOutput == "")
      #expect(recording.exit.leftBehind == [])
      #expect(
        recording.events.map { $0["event"].string } == ["start"] + Array(repeating: "progress", count: 3) + ["stop"])

      let start = recording.start
      expect(start, strings: ["event", "file"], integers: ["width", "height"])
      #expect(start["file"].string == recording.file.path)
      #expect(start["width"] == 640 && start["height"] == 480)

      let integers = ["framesCaptured", "framesEncoded", "framesDropped", "bytes"]
      for (number, progress) in recording.progress.enumerated() {
        expect(progress, strings: ["event"], integers: integers, numbers: ["timeSeconds", "fps", "kbps"])
        let time = try #require(progress["timeSeconds"].number)
        // Every second, or little later on a busy machine.
        #expect(Double(number + 1)...Double(number + 1) + 0.5 ~= time)
      }
      for key in integers + ["timeSeconds"] {
        let values = recording.progress.compactMap { $0[key].number }
        #expect(values == values.sorted())
      }

      let stop = recording.stop
      expect(stop, strings: ["event", "file", "reason"], integers: integers, numbers: ["durationSeconds"])
      #expect(stop["file"] == start["file"])
      #expect(stop["reason"] == "duration")
      for key in integers {
        #expect(try #require(stop[key].number) >= recording.progress.last?[key].number ?? 0)
      }
      #expect(stop["bytes"].int == (try recording.file.resourceValues(forKeys: [.fileSizeKey]).fileSize))
      #expect(try await FFmpeg.frameList(recording.file).count == stop["framesEncoded"].int)
      let duration = try #require(try await FFmpeg.probe(recording.file)["format"]["duration"].number)
      #expect(abs(duration - (stop["durationSeconds"].number ?? 0)) <= 0.001)
      #expect(abs(duration - 3.6) <= 0.4)
      // Ten key strokes a second, and the first picture.
      #expect(20...45 ~= stop["framesCaptured"].int ?? 0)
    }

    @Test func `without --json the summary is on standard error and nothing on standard output`() async throws {
      let desktop = try await Desktop(.typing)
      let folder = try TemporaryDirectory()
      let file = folder.file("a.webm").path
      let arguments = ["record", file, "--display", desktop.display, "--duration", "1"]
      let text = try await Command.run(arguments)
      #expect(text.status == 0)
      #expect(text.output == "")
      #expect(text.errors.contains("640x480"))
      #expect(text.errors.contains(file))
      let quiet = try await Command.run(arguments + ["--quiet", "--force"])
      #expect(quiet.status == 0)
      #expect(quiet.output == "" && quiet.errors == "")
    }

    @Test func `without a name the file is named by the time, in the working directory`() async throws {
      let desktop = try await Desktop(.still)
      let folder = try TemporaryDirectory()
      let recorded = try await Command.run(
        ["record", "--display", desktop.display, "--duration", "0.5"], directory: folder.url)
      #expect(recorded.status == 0)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
      #expect(names.count == 1)
      #expect(try names.first?.wholeMatch(of: Regex("oriel-[0-9]{8}-[0-9]{6}\\.webm")) != nil)
    }

    /// Expects these keys, no others, and their types.
    private func expect(_ event: JSON, strings: [String] = [], integers: [String] = [], numbers: [String] = []) {
      guard case .object(let members) = event else {
        Issue.record("no object: \(event)")
        return
      }
      #expect(Set(members.keys) == Set(strings + integers + numbers))
      for key in strings { #expect(event[key].string != nil, "\(key)") }
      for key in integers {
        if case .number(let value) = event[key] {
          #expect(value >= 0 && value == value.rounded(), "\(key)")
        } else {
          Issue.record("\(key) is no integer")
        }
      }
      for key in numbers {
        if case .number(let value) = event[key] {
          #expect(value >= 0, "\(key)")
        } else {
          Issue.record("\(key) is no number")
        }
      }
    }
  }
}
