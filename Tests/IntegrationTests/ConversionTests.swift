import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// Conversions of a recording by other programs, and the metadata that they show.
  @Suite(.timeLimit(.minutes(2))) struct ConversionTests {
    /// A file converted by ffmpeg without options.
    private struct Converted {
      let pictures: Double
      let rate: String
      /// Seconds.
      let video, sound: Double

      init(_ file: URL) async throws {
        let converted = file.deletingPathExtension().appendingPathExtension("mp4")
        // Without a rate in the file it makes a thousand pictures per second, and takes as long.
        try await FFmpeg.run(["-y", "-i", file.path, "-preset", "ultrafast", converted.path], within: .seconds(60))
        let streams = try await FFmpeg.probe(converted, ["-count_packets"])["streams"].array ?? []
        let pictures = try #require(streams.first { $0["codec_type"] == "video" })
        self.pictures = try #require(pictures["nb_read_packets"].number)
        rate = pictures["r_frame_rate"].string ?? ""
        video = try #require(pictures["duration"].number)
        sound = streams.first { $0["codec_type"] == "audio" }?["duration"].number ?? video
      }
    }

    @Test(arguments: [30, 60, 5])
    func `ffmpeg converts a recording to an MP4 of the same rate`(rate: Int) async throws {
      let desktop = try await Desktop(.typing, width: 320, height: 240)
      let recording = try await Recording.make(on: desktop.display, ["--fps", "\(rate)", "--duration", "2"])
      let converted = try await Converted(recording.file)
      // ffmpeg ignores rates of 5 and less, and guesses them, as it guesses the duration of the last picture.
      #expect(converted.rate == "\(rate)/1" || rate == 5)
      #expect(converted.pictures <= Double((max(rate, 30) + 1) * 2 + 5), "\(converted)")
      #expect(abs(converted.video - 2) < 0.3 + 4 / Double(rate), "\(converted)")
    }

    @Test func `ffmpeg keeps the rate of a recorded still window and of a recorded share, too`() async throws {
      let desktop = try await Desktop(.flash, stopAfter: 0, arguments: ["--tone", "0", "--title", "A letter"])
      let recording = try await Recording.make(on: desktop.display, ["--window", "A letter", "--duration", "2.5"])
      #expect(recording.exit.status == 0, "\(recording.errorOutput)")
      let still = try await Converted(recording.file)
      #expect(still.pictures <= 31 * still.video && abs(still.video - 2.5) < 1.2, "\(still)")

      let folder = try TemporaryDirectory()
      let file = folder.file("share.webm")
      let share = try await Command.run([
        "share", "--display", desktop.display, "--listen", "127.0.0.1:0", "--record", file.path, "--duration", "2",
        "--fps", "20", "--title", "For all",
      ])
      #expect(share.status == 0, "\(share.errors)")
      let shared = try await Converted(file)
      #expect(shared.rate == "20/1" && shared.pictures <= 21 * shared.video, "\(shared)")
      #expect(try await FFmpeg.probe(file)["streams"][0]["tags"]["title"] == "For all")
    }

    @Test(.enabled(if: Executables.installed("pulseaudio") != nil))
    func `flash and beep stay in sync in an MP4 of a recording`() async throws {
      let server = try await PulseServer()
      let desktop = try await Desktop(.flash, environment: server.environment)
      let recording = try await Recording.make(
        on: desktop.display, ["--audio", "system", "--cursor", "never", "--duration", "4.5"],
        environment: server.environment)
      let converted = try await Converted(recording.file)
      #expect(converted.rate == "30/1")
      #expect(abs(converted.video - converted.sound) < 1.2, "\(converted)")
      let file = recording.file.deletingPathExtension().appendingPathExtension("mp4")
      let flashes = try await FlashRecording(file, of: desktop.scene, screen: desktop.screen)
      let synchrony = flashes.synchrony(try await DecodedSound(file))
      #expect(synchrony.pairs.count >= 2, "\(synchrony)")
      // A picture lasts 33 ms.
      #expect(try abs(#require(synchrony.median)) <= 45, "\(synchrony)")
    }

    @Test func `a file has its date, Oriel's version and what was recorded, but no window's title`() async throws {
      let desktop = try await Desktop(.flash, stopAfter: 0, arguments: ["--tone", "0", "--title", "A secret letter"])
      let version = try await Command.run(["--version"]).output.trimmingCharacters(in: .whitespacesAndNewlines)
      func tags(_ options: [String]) async throws -> (title: String?, file: URL) {
        let before = Date()
        let recording = try await Recording.make(on: desktop.display, ["--duration", "0.3"] + options)
        #expect(recording.exit.status == 0, "\(recording.errorOutput)")
        let probe = try await FFmpeg.probe(recording.file)
        #expect(probe["format"]["tags"]["encoder"].string == "Oriel \(version)")
        let made = try #require(
          probe["format"]["tags"]["creation_time"].string.flatMap {
            try? Date($0, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
          })
        #expect((before...Date()).contains(made), "\(made)")
        #expect(try !Data(contentsOf: recording.file).contains("secret".utf8))
        return (probe["streams"][0]["tags"]["title"].string, recording.file)
      }
      #expect(try await tags([]).title == "desktop")
      let window = try await tags(["--window", "A secret letter"]).title
      #expect(window?.isEmpty == false)
      #expect(try await tags(["--title", "Über uns"]).title == "Über uns")
      let listing = try await Command.run(["sources", "--json", "--display", desktop.display])
      let sources = try JSON(parsing: listing.output)
      let monitor = try #require(sources["monitors"][0]["name"].string)
      let shown = sources["windows"].array?.first { $0["title"] == "A secret letter" }
      #expect(window == shown?["class"].string)
      #expect(try await tags(["--monitor", monitor]).title == monitor)
    }
  }
}

extension Data {
  fileprivate func contains(_ text: String.UTF8View) -> Bool { firstRange(of: Data(text)) != nil }
}
