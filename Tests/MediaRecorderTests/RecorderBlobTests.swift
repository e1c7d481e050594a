import Foundation
import Harness
import Media
import Synthetic
import Testing
import WebM

@testable import Recording

/// The contents of blobs.
@Suite(.timeLimit(.minutes(2)))
struct RecorderBlobTests {
  @Test func `concatenated blobs of 100 ms are a WebM file that plays`() async throws {
    let studio = try Studio()
    try studio.recorder.start(.blobs(timeslice: 100))
    try await studio.log.received("start")
    try await studio.paintUntilEncoded(30)
    studio.recorder.stop()
    try await studio.log.received("stop")
    #expect(studio.log.names.count >= 5)
    let recorded = try Recorded(studio.log.data)
    #expect(recorded.isInOrder)
    #expect(recorded.truncation == nil)
    #expect(recorded.blocks.count == studio.recorder.statistics.framesEncoded)
    #expect(studio.recorder.statistics.bytes == UInt64(studio.log.data.count))
    guard case .video(let video) = try #require(recorded.tracks.first).kind else {
      Issue.record("no video track")
      return
    }
    #expect(video.width == 96 && video.height == 64)

    let folder = try TemporaryDirectory()
    let file = folder.file("blobs.webm")
    try Data(studio.log.data).write(to: file)
    let frames = try await FFmpeg.frameList(file)
    #expect(frames.count == recorded.blocks.count)
  }

  @Test func `blobs are at least as long as the timeslice, and have the timecode of their first frame`() async throws {
    let studio = try Studio()
    try studio.recorder.start(.blobs(timeslice: 150))
    try await studio.log.received("start")
    try await studio.paintUntilEncoded(40)
    studio.recorder.stop()
    try await studio.log.received("stop")
    let blobs = studio.log.blobs
    let times = try Recorded(studio.log.data).blocks.map(\.time)
    #expect(blobs.count >= 3)
    var data: [UInt8] = []
    var count = 0
    for blob in blobs where !blob.data.isEmpty {
      #expect(abs(blob.timecode - times[count].seconds * 1000) <= 0.51)
      let last = count > 0 ? times[count - 1] : .zero
      data += blob.data
      count = try Recorded(data).blocks.count
      if count < times.count { #expect(times[count - 1] - last >= .milliseconds(149)) }
    }
    // Only the last may be empty.
    #expect(blobs.dropLast().allSatisfy { !$0.data.isEmpty })
  }

  @Test func `a timeslice of zero or less gives a blob per frame, a huge one gives one blob`() async throws {
    for (timeslice, isMany) in [(0, true), (-5, true), (.max, false)] {
      let studio = try Studio()
      try studio.recorder.start(.blobs(timeslice: timeslice))
      try await studio.log.received("start")
      try await studio.paintUntilEncoded(5)
      studio.recorder.stop()
      try await studio.log.received("stop")
      let expected = isMany ? studio.recorder.statistics.framesEncoded + 1 : 1
      #expect(studio.log.blobs.count == expected)
    }
  }

  @Test func `requestData sends the data so far after start, and the rest follows`() async throws {
    let studio = try Studio(isShown: false)
    try studio.recorder.start()
    try studio.recorder.requestData()
    studio.repaint(2)
    try await studio.log.received("dataavailable")
    #expect(studio.log.names == ["start", "dataavailable"])
    #expect(!studio.log.blobs[0].data.isEmpty)
    try studio.recorder.requestData()
    try await studio.log.received("dataavailable", 2)
    try await studio.paintUntilEncoded(3)
    studio.recorder.stop()
    try await studio.log.received("stop")
    #expect(studio.log.names == ["start", "dataavailable", "dataavailable", "dataavailable", "stop"])
    #expect(try Recorded(studio.log.data).isInOrder)
  }

  @Test func `the last picture before stop is in the recording`() async throws {
    for seed in 0..<5 {
      let studio = try Studio()
      try studio.recorder.start()
      try await studio.log.received("start")
      studio.repaint(UInt64(seed) + 20)
      studio.recorder.stop()
      try await studio.log.received("stop")
      #expect(try await studio.similarity(of: studio.log.data) > 0.97)
    }
  }

  @Test func `stop before the first picture sends start, an empty blob and stop`() async throws {
    let studio = try Studio(isShown: false)
    try studio.recorder.start()
    studio.recorder.stop()
    try await studio.log.received("stop")
    #expect(studio.log.names == ["start", "dataavailable", "stop"])
    #expect(studio.log.data.isEmpty)
    #expect(studio.source.sinkCount == 0)
  }

  @Test func `stop right after start records the existing picture`() async throws {
    // The recorder may be stopped before it has subscribed to the encoder.
    for _ in 0..<20 {
      let studio = try Studio()
      try studio.recorder.start()
      studio.recorder.stop()
      try await studio.log.received("stop")
      #expect(studio.log.names == ["start", "dataavailable", "stop"])
      let count = try Recorded(studio.log.data).blocks.count
      #expect((1...2).contains(count))
    }
  }

  @Test func `two recorders of a track with equal settings share one encoder and stop independently`() async throws {
    let studio = try Studio()
    let other = try MediaRecorder(studio.stream)
    let log = RecorderLog(other)
    try studio.recorder.start()
    try await studio.log.received("start")
    try await studio.paintUntilEncoded(10)
    try other.start()
    try await log.received("start")
    #expect(studio.source.attachCount == 1)
    try await studio.paintUntilEncoded(5, of: other)
    studio.recorder.stop()
    try await studio.log.received("stop")
    #expect(other.state == .recording)
    try await studio.paintUntilEncoded(5, of: other, seed: 5000)
    other.stop()
    try await log.received("stop")
    #expect(studio.source.attachCount == 1)
    #expect(studio.source.sinkCount == 0)
    for (recorder, data) in [(studio.recorder, studio.log.data), (other, log.data)] {
      let recorded = try Recorded(data)
      #expect(recorded.isInOrder)
      // Each counts its own frames.
      #expect(recorder.statistics.framesEncoded == recorded.blocks.count)
      #expect(recorder.statistics.framesCaptured <= recorded.blocks.count + recorder.statistics.framesDropped)
    }
    #expect(try await studio.similarity(of: log.data) > 0.97)
  }

  @Test func `stopping a recorder while another of the track starts does not end that one`() async throws {
    let studio = try Studio()
    var previous = studio.recorder
    try previous.start()
    try await studio.log.received("start")
    for round in 0..<15 {
      let next = try MediaRecorder(studio.stream)
      let log = RecorderLog(next)
      studio.repaint(UInt64(round) + 10)
      previous.stop()
      try next.start()
      try await log.received("start")
      #expect(next.state == .recording)
      #expect(log.names == ["start"])
      previous = next
    }
    previous.stop()
  }
}
