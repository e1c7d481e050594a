import Foundation
import Harness
import Media
import RTP
import Synthetic
import Testing

@testable import WebRTC

/// Connections that come and go leave nothing behind.
@Suite(.serialized, .timeLimit(.minutes(10))) @RTCActor
struct ChurnTests {
  /// Rounds: `ORIEL_CHURN=500` for the long run.
  private static let rounds = Int(ProcessInfo.processInfo.environment["ORIEL_CHURN"] ?? "") ?? 60

  @Test func `connections made and closed leave memory, threads and descriptors as they were`() async throws {
    let size = PixelSize(width: 320, height: 240)
    var picture = PaintedPicture(size)
    picture.write(PixelRect(size), seed: 1)
    let source = SyntheticSource(picture)
    let track = MediaStreamTrack(source: source, label: "test")
    var settled: Holdings?
    for round in 0..<Self.rounds {
      let pair = try PeerPair()
      try pair.first.addTrack(track)
      try await pair.connect()
      let receiver = try #require(pair.second.getReceivers().first)
      let log = EncodedLog()
      try #require(receiver.track.source as? any EncodedSource).attach(log)
      try await log.seen("a frame") { !$0.isEmpty }
      // Closed from either side, or not at all.
      switch round % 3 {
      case 0: pair.close()
      case 1: pair.second.close()
      default: break
      }
      if round == Self.rounds / 3 { settled = try await rested() }
    }
    let before = try #require(settled)
    let after = try await Holdings.settled(atMost: before)
    let message: Comment = "\(before), then \(after)"
    #expect(after.threads <= before.threads, message)
    #expect(after.descriptors <= before.descriptors, message)
    #expect(after.memory <= before.memory + 8000, message)
    try await eventually("the source to rest") { source.sinkCount == 0 }
    if Self.rounds > 60 { print("after \(Self.rounds) connections: \(message)") }
  }

  /// What is held once all that was begun has ended.
  private func rested() async throws -> Holdings {
    var last = try Holdings.now()
    for _ in 0..<20 {
      try await Task.sleep(for: .milliseconds(250))
      let now = try Holdings.now()
      if now.threads == last.threads, now.descriptors == last.descriptors { return now }
      last = now
    }
    return last
  }
}
