import Media
import Synthetic
import Testing
import WebM

@testable import Recording

/// Pauses, and sources that end.
@Suite(.timeLimit(.minutes(2)))
struct RecorderPauseTests {
  @Test func `a pause leaves no gap, and its pictures are not recorded`() async throws {
    let studio = try Studio()
    let started = MediaTime.now
    try studio.recorder.start()
    try await studio.log.received("start")
    try await studio.paintUntilEncoded(5)
    let paused = MediaTime.now
    try studio.recorder.pause()
    try await studio.log.received("pause")
    #expect(studio.source.sinkCount == 0)
    let encoded = studio.recorder.statistics.framesEncoded
    // Longer than all other delays of this test together.
    while MediaTime.now - paused < .seconds(2.5) {
      studio.repaint(7)
      try await Task.sleep(for: .milliseconds(50))
    }
    try studio.recorder.resume()
    let resumed = MediaTime.now
    try await studio.log.received("resume")
    try await studio.paintUntilEncoded(5)
    studio.recorder.stop()
    try await studio.log.received("stop")
    let recorded = try Recorded(studio.log.data)
    #expect(recorded.isInOrder)
    #expect(recorded.longestGap < .seconds(2))
    #expect(recorded.blocks.last!.time < MediaTime.now - started - (resumed - paused))
    #expect(recorded.blocks.count >= encoded + 5)
    // The first picture after the pause is a key frame.
    #expect(recorded.blocks.filter(\.isKeyFrame).count >= 2)
    #expect(try await studio.similarity(of: studio.log.data) > 0.97)
    #expect(studio.recorder.statistics.framesEncoded == recorded.blocks.count)
    #expect(!studio.log.names.contains("warning"))
  }

  @Test func `a recording paused before its first picture begins when it is resumed`() async throws {
    let studio = try Studio(isShown: false)
    try studio.recorder.start()
    try studio.recorder.pause()
    try await studio.log.received("pause")
    studio.repaint(2)
    #expect(studio.recorder.statistics.framesEncoded == 0)
    try studio.recorder.resume()
    try await studio.log.received("start")
    studio.recorder.stop()
    try await studio.log.received("stop")
    let recorded = try Recorded(studio.log.data)
    #expect(recorded.isInOrder)
    #expect(try await studio.similarity(of: studio.log.data) > 0.97)
  }

  @Test func `stop while paused keeps only the part before the pause`() async throws {
    let studio = try Studio()
    try studio.recorder.start()
    try await studio.paintUntilEncoded(4)
    try studio.recorder.pause()
    try await studio.log.received("pause")
    let encoded = studio.recorder.statistics.framesEncoded
    studio.repaint(3)
    studio.recorder.stop()
    try await studio.log.received("stop")
    #expect(studio.log.names == ["start", "pause", "dataavailable", "stop"])
    let recorded = try Recorded(studio.log.data)
    #expect(recorded.isInOrder)
    #expect(recorded.blocks.count >= encoded)
  }

  @Test func `pause and stop before the first picture send dataavailable and stop`() async throws {
    let studio = try Studio(isShown: false)
    try studio.recorder.start()
    try studio.recorder.pause()
    studio.recorder.stop()
    try await studio.log.received("stop")
    #expect(studio.log.names.suffix(2) == ["dataavailable", "stop"])
  }

  enum Ending: CaseIterable { case surfaceGone, trackStopped }

  private func end(_ studio: Studio, _ ending: Ending) {
    if ending == .surfaceGone { studio.source.end(.surfaceGone) } else { studio.track.stop() }
  }

  @Test(arguments: Ending.allCases)
  func `the end of a source sends dataavailable and stop, and the last picture is recorded`(ending: Ending) async throws
  {
    let studio = try Studio()
    try studio.recorder.start()
    try await studio.log.received("start")
    studio.repaint(17)
    end(studio, ending)
    try await studio.log.received("stop")
    #expect(studio.recorder.state == .inactive)
    #expect(studio.log.names == ["start", "dataavailable", "stop"])
    #expect(try await studio.similarity(of: studio.log.data) > 0.97)
  }

  @Test(arguments: Ending.allCases)
  func `a source that ends while paused ends the recording`(ending: Ending) async throws {
    let studio = try Studio()
    try studio.recorder.start()
    try await studio.log.received("start")
    try studio.recorder.pause()
    try await studio.log.received("pause")
    end(studio, ending)
    try await studio.log.received("stop")
    #expect(studio.recorder.state == .inactive)
    #expect(studio.log.names == ["start", "pause", "dataavailable", "stop"])
    #expect(try Recorded(studio.log.data).isInOrder)
  }

  @Test func `a source that ends at the same time as a pause ends the recording`() async throws {
    for round in 0..<20 {
      let studio = try Studio()
      try studio.recorder.start()
      try await studio.log.received("start")
      let end = Task { studio.source.end(.surfaceGone) }
      if round % 2 == 0 { await end.value }
      try? studio.recorder.pause()
      await end.value
      try await studio.log.received("stop")
      #expect(studio.recorder.state == .inactive)
    }
  }

  @Test func `30 quick pauses and resumptions keep the frames in order`() async throws {
    let studio = try Studio()
    try studio.recorder.start()
    try await studio.log.received("start")
    for round in 0..<30 {
      studio.repaint(UInt64(round) + 2)
      try studio.recorder.pause()
      try studio.recorder.resume()
    }
    try await studio.log.received("resume", 30)
    try await studio.paintUntilEncoded(3)
    studio.recorder.stop()
    try await studio.log.received("stop")
    let recorded = try Recorded(studio.log.data)
    #expect(recorded.isInOrder)
    #expect(try await studio.similarity(of: studio.log.data) > 0.97)
    #expect(!studio.log.names.contains("warning"))
  }

  @Test func `a released recorder finishes its recording and is deallocated with its track`() async throws {
    var studio: Studio? = try Studio()
    let log = studio!.log
    let source = studio!.source
    weak let recorder = studio!.recorder
    weak let track = studio!.track
    try studio!.recorder.start()
    try await log.received("start")
    studio = nil
    try await log.received("stop")
    #expect(recorder == nil)
    #expect(source.sinkCount == 0)
    #expect(try Recorded(log.data).isInOrder)
    // The writing thread releases the track just after its last event.
    let deadline = MediaTime.now + .seconds(10)
    while track != nil, MediaTime.now < deadline { await Task.yield() }
    #expect(track == nil)
  }
}

struct RecorderTimelineTests {
  @Test func `the first timestamp is zero, and later ones are relative to it`() {
    var timeline = RecorderTimeline()
    #expect(timeline.duration(now: .seconds(5)) == .zero)
    #expect(timeline.place(.seconds(100)) == .zero)
    #expect(timeline.place(.seconds(101.5)) == .seconds(1.5))
    #expect(timeline.duration(now: .seconds(103)) == .seconds(3))
  }

  @Test func `pauses are cut out, and the duration does not grow during one`() {
    var timeline = RecorderTimeline()
    _ = timeline.place(.seconds(100))
    timeline.pause(now: .seconds(102))
    timeline.pause(now: .seconds(103))
    #expect(timeline.duration(now: .seconds(110)) == .seconds(2))
    timeline.resume(now: .seconds(112))
    timeline.resume(now: .seconds(115))
    #expect(timeline.place(.seconds(113)) == .seconds(3))
    #expect(timeline.duration(now: .seconds(114)) == .seconds(4))
  }

  @Test func `a pause before the first picture has no effect on times`() {
    var timeline = RecorderTimeline()
    timeline.pause(now: .seconds(1))
    timeline.resume(now: .seconds(50))
    #expect(timeline.place(.seconds(60)) == .zero)
    #expect(timeline.place(.seconds(61)) == .seconds(1))
  }
}
