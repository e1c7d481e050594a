import Foundation
import Harness
import Media
import RTP
import Synthetic
import Testing

@testable import WebRTC

/// Connections that are opened and closed leak nothing.
@Suite(.serialized, .timeLimit(.minutes(10))) @NetworkThreadActor
struct ChurnTests {
  /// Rounds: `ORIEL_CHURN=500` for the long run.
  private static let rounds = Int(ProcessInfo.processInfo.environment["ORIEL_CHURN"] ?? "") ?? 60

  @Test func `60 connections, closed by either side or released, leak no memory, thread or descriptor`() async throws {
    let size = PixelSize(width: 320, height: 240)
    var picture = PaintedPicture(size)
    picture.write(PixelRect(size), seed: 1)
    let source = SyntheticSource(picture)
    let track = MediaStreamTrack(source: source, label: "test")
    var settled: HeldResources?
    for round in 0..<Self.rounds {
      let pair = try PeerPair()
      try pair.first.addTrack(track)
      try await pair.connect()
      let receiver = try #require(pair.second.getReceivers().first)
      let log = EncodedLog()
      try #require(receiver.track.source as? any EncodedSource).attach(log)
      try await log.seen("a frame") { !$0.isEmpty }
      // Closed by either side, or only released.
      switch round % 3 {
      case 0: pair.close()
      case 1: pair.second.close()
      default: break
      }
      if round == Self.rounds / 3 { settled = try await steady() }
    }
    let before = try #require(settled)
    let after = try await HeldResources.settled(atMost: before)
    let message: Comment = "\(before), then \(after)"
    #expect(after.threads <= before.threads, message)
    #expect(after.descriptors <= before.descriptors, message)
    #expect(after.memory <= before.memory + 8000, message)
    try await eventually("the source to stop") { source.sinkCount == 0 }
    if Self.rounds > 60 { print("after \(Self.rounds) connections: \(message)") }
  }

  /// The resources when threads and descriptors have not changed for 250 ms, or after five seconds.
  private func steady() async throws -> HeldResources {
    var last = try HeldResources.now()
    for _ in 0..<20 {
      try await Task.sleep(for: .milliseconds(250))
      let now = try HeldResources.now()
      if now.threads == last.threads, now.descriptors == last.descriptors { return now }
      last = now
    }
    return last
  }
}
