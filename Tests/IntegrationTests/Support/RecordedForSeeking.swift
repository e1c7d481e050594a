import Foundation
import Glibc
import Harness
import Media
import Scenes
import Testing

/// A recording with more than one key frame, and what each of its frames shows.
struct RecordedForSeeking: SuiteTrait, TestScoping {
  static let screen = PixelSize(width: 640, height: 480)

  @TaskLocal private static var current: (recording: Recording, seen: [Sighting])?

  static func value() throws -> (recording: Recording, seen: [Sighting]) { try #require(current) }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let desktop = try await Desktop(.testCard, width: Self.screen.width, height: Self.screen.height, fps: 60)
    let running = try RunningRecording(on: desktop.display, ["--fps", "60", "--cursor", "never"])
    try await running.record(seconds: 5)
    // A pause ends with a key frame.
    running.program.signal(SIGUSR1)
    try await running.event("paused")
    running.program.signal(SIGUSR1)
    try await running.event("resumed")
    try await running.record(seconds: 2.2)
    let recording = try await running.stop(SIGINT)
    let seen = try await Sighting.all(in: recording.file, of: .testCard, screen: Self.screen)
    try await Self.$current.withValue((recording, seen)) { try await function() }
  }
}

extension Trait where Self == RecordedForSeeking {
  static var recordedForSeeking: Self { RecordedForSeeking() }
}
