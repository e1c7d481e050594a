import Foundation
import Harness
import Media
import Scenes
import Testing

/// The test card, recorded while its barcode moves and for a second after.
struct RecordedCard: Sendable {
  let card: TestCard
  let recording: Recording
  /// The screen at the end.
  let screenshot: URL
  /// The steps that the scene drew, with their times.
  let steps: [SceneStep]

  init(width: Int, height: Int, seconds: Double) async throws {
    let desktop = try await Desktop(.testCard, width: width, height: height, stopAfter: seconds - 1.2)
    card = TestCard(width: width, height: height)
    recording = try await .make(on: desktop.display, ["--duration", "\(seconds)", "--cursor", "never"])
    screenshot = recording.folder.file("screen.png")
    try await desktop.server.screenshot(to: screenshot)
    steps = try desktop.scene.steps
  }

  /// The picture that is shown at `seconds`.
  func frame(at seconds: Double, as format: DecodedFrame.Format) async throws -> DecodedFrame {
    let frames = try await FFmpeg.frames(of: recording.file, as: format, from: seconds)
    return try #require(try await frames.first { _ in true })
  }

  func lastFrame(as format: DecodedFrame.Format) async throws -> DecodedFrame {
    // The last keep-alive is at most a second from the end.
    let duration = try #require(recording.stop["durationSeconds"].number)
    var last: DecodedFrame?
    for try await frame in try await FFmpeg.frames(of: recording.file, as: format, from: duration - 1.1) {
      last = frame
    }
    return try #require(last)
  }
}

/// Records the test card once for all tests of a suite: at the size of most screens, and at an odd one.
struct RecordedCards: SuiteTrait, TestScoping {
  static let sizes = [PixelSize(width: 1920, height: 1080), PixelSize(width: 1023, height: 767)]

  @TaskLocal private static var current: [PixelSize: RecordedCard] = [:]

  static func card(_ size: PixelSize) throws -> RecordedCard { try #require(current[size]) }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    var cards: [PixelSize: RecordedCard] = [:]
    for size in Self.sizes {
      cards[size] = try await RecordedCard(width: size.width, height: size.height, seconds: 4.5)
    }
    try await Self.$current.withValue(cards) { try await function() }
  }
}

extension Trait where Self == RecordedCards {
  static var recordedCards: Self { RecordedCards() }
}
