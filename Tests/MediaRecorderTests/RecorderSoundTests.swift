import Foundation
import Harness
import Media
import Testing
import WebM

@testable import Encoding
@testable import Recording

/// Recordings with sound: in step with the pictures, without clicks, and accepted by tools.
@Suite(.timeLimit(.minutes(2))) struct RecorderSoundTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// Waits until so many seconds are recorded.
  private func recorded(_ seconds: Double, by recorder: MediaRecorder) async throws {
    try await eventually("\(seconds) s recorded", within: 60) { recorder.statistics.durationSeconds >= seconds }
  }

  /// Waits for `count` more flashes.
  private func flashes(_ count: Int, of show: FlashAndBeep) async throws {
    let goal = show.flashCount + count
    try await eventually("\(count) flashes", within: 60) { show.flashCount >= goal }
  }

  /// The times at which the picture turns white, in seconds.
  private func flashes(_ file: URL) async throws -> [Double] {
    var (flashes, wasWhite) = ([Double](), false)
    for try await frame in try await FFmpeg.frames(of: file, as: .luma) {
      let isWhite = frame.pixel(x: 40, y: 30).first! > 126
      if isWhite, !wasWhite { flashes.append(Double(frame.milliseconds) / 1000) }
      wasWhite = isWhite
    }
    return flashes
  }

  /// Expects that each beep begins when the picture turns white.
  private func expectStep(_ file: URL) async throws {
    let flashes = try await flashes(file)
    let beeps = Sound(try await DecodedSound(file).left).runs(above: 0.05).map(\.lowerBound)
    let offsets = flashes.compactMap { flash in
      beeps.map { $0 - flash }.min { abs($0) < abs($1) }.flatMap { abs($0) < 0.2 ? abs($0) : nil }
    }.sorted()
    // On a very busy machine some sound may be too late to be recorded.
    #expect(flashes.count >= 4 && offsets.count >= 3, "\(flashes) \(beeps)")
    // Both are exact to the sample, and the file has whole milliseconds; a busy machine drops pictures, and the pause
    // cuts some: hence the median.
    #expect(offsets.isEmpty || offsets[offsets.count / 2] < 0.003, "\(flashes) \(beeps)")
  }

  /// Expects that mkvinfo reports no problem.
  private func expectClean(_ file: URL) async throws {
    let info = try await Program.run("mkvinfo", ["-a", file.path]).lowercased()
    for word in ["warning", "error", "unknown element", "not conform"] { #expect(!info.contains(word)) }
    #expect(info.contains("codec-inherent delay: 00:00:00.006500000"))
    #expect(info.contains("seek pre-roll: 00:00:00.080000000"))
    #expect(info.contains("discard padding"))
  }

  @Test
  func `beeps and flashes coincide, also after a pause and in a repaired recording`()
    async throws
  {
    let show = FlashAndBeep()
    let recorder = try MediaRecorder(show.stream)
    let log = RecorderLog(recorder)
    let (file, killed) = (folder.file("whole.webm"), folder.file("killed.webm"))
    try recorder.start(.file(path: file.path))
    try await log.received("start")
    #expect(recorder.mimeType == "video/webm;codecs=vp8,opus")
    try await flashes(4, of: show)
    try recorder.pause()
    try await log.received("pause")
    let paused = MediaTime.now
    while MediaTime.now - paused < .seconds(0.8) { try await Task.sleep(for: .milliseconds(20)) }
    try recorder.resume()
    try await log.received("resume")
    try await flashes(5, of: show)
    // The file as a kill would leave it.
    try FileManager.default.copyItem(at: file, to: killed)
    let length = recorder.statistics.durationSeconds
    recorder.stop()
    try await log.received("stop")
    show.stop()
    #expect(log.names == ["start", "pause", "resume", "stop"])
    try await expectStep(file)
    try await expectClean(file)
    let whole = try Recorded([UInt8](try Data(contentsOf: file)))
    #expect(abs(whole.duration!.seconds - recorder.statistics.durationSeconds) < 0.002)
    #expect(abs(try await DecodedSound(file).duration - whole.duration!.seconds) < 0.03)

    #expect(try Recorded([UInt8](try Data(contentsOf: killed))).cues.isEmpty)
    let outcome = try RecordingRepair.repair(killed.path)
    #expect(outcome.way != .healthy && outcome.duration.seconds > length - 2, "\(outcome) \(length)")
    let repaired = try Recorded([UInt8](try Data(contentsOf: killed)))
    #expect(!repaired.cues.isEmpty && repaired.truncation == nil)
    #expect(try await DecodedSound(killed).duration > length - 2)
    try await expectStep(killed)
  }

  @Test func `a tone keeps its frequency and level, and a pause, silence and the end do not click`() async throws {
    // When the thread that makes the tone is delayed too long, the tone is broken before it is recorded: then it is
    // recorded again.
    for attempt in 1...5 {
      let file = folder.file("tone\(attempt).webm")
      let (marks, length, lateness) = try await recordTone(file)
      guard lateness > .milliseconds(300), attempt < 5 else { return try await expectTone(file, marks, length) }
    }
  }

  /// A tone with a pause at the first mark, and silence from the second to the third.
  private func recordTone(_ file: URL) async throws -> (marks: [Double], length: Double, lateness: MediaTime) {
    let show = FlashAndBeep(.tone)
    let punctuality = Punctuality()
    (show.tone.source as? any AudioSource)?.attach(punctuality)
    let recorder = try MediaRecorder(show.stream)
    let log = RecorderLog(recorder)
    try recorder.start(.file(path: file.path))
    try await log.received("start")
    try await recorded(1.5, by: recorder)
    try recorder.pause()
    try await log.received("pause")
    let pause = recorder.statistics.durationSeconds
    try await Task.sleep(for: .milliseconds(333))
    try recorder.resume()
    try await log.received("resume")
    var marks = [pause]
    // A disabled track is recorded as silence.
    for isEnabled in [true, false, true] {
      show.tone.enabled = isEnabled
      try await recorded((marks.last ?? 0) + 1.2, by: recorder)
      marks.append(recorder.statistics.durationSeconds)
    }
    recorder.stop()
    try await log.received("stop")
    show.stop()
    return (marks, recorder.statistics.durationSeconds, punctuality.worst)
  }

  private func expectTone(_ file: URL, _ marks: [Double], _ length: Double) async throws {
    let pause = marks[0]
    let left = try await Sound.decoded(file)
    let right = try await Sound.decoded(file, channel: 1)
    #expect(abs(left.seconds - length) < 0.03)
    // The change of `enabled` may apply to sound that the encoder has already buffered: leave a margin.
    for range in [0.1..<pause - 0.1, marks[0] + 0.1..<marks[1] - 0.3, marks[2] + 0.3..<left.seconds - 0.1] {
      let part = left.part(range)
      #expect(abs((part.frequency ?? 0) - FlashAndBeep.tones.left) < 0.5, "\(range)")
      #expect(abs(part.amplitude(at: FlashAndBeep.tones.left) - 0.5) < 0.02, "\(range)")
      #expect(abs(right.part(range).amplitude(at: FlashAndBeep.tones.right) - 0.5) < 0.02, "\(range)")
      #expect(left.part(range).amplitude(at: FlashAndBeep.tones.right) < 0.005, "\(range)")
    }
    #expect(left.part(marks[1] + 0.3..<marks[2] - 0.3).peak < 0.001)
    // The sound fades in 5 ms at each of these; the encoder's tests show the level of a cut without a fade.
    #expect(left.part(0.1..<left.seconds).peak(above: 5000) < 0.012)
    #expect(right.part(0.1..<right.seconds).peak(above: 5000) < 0.012)
  }

  @Test func `a recording of sound only has exactly the samples of its source`() async throws {
    let source = PCMSource()
    let recorder = try MediaRecorder(MediaStream([MediaStreamTrack(source: source, label: "voice")]))
    let log = RecorderLog(recorder)
    let file = folder.file("sound.webm")
    try recorder.start(.file(path: file.path))
    try await log.received("start")
    #expect(recorder.mimeType == "audio/webm;codecs=opus")
    let start = try #require(recorder.statistics.startedAt)
    let tone = Sound.tone(700, amplitude: 0.5, count: 96_591)
    source.push(tone.flatMap { [$0, $0] }, at: start + .milliseconds(100))
    source.end()
    try await log.received("stop")
    #expect(recorder.state == .inactive && log.errors.isEmpty)
    let recorded = try Recorded([UInt8](try Data(contentsOf: file)))
    let track = try #require(recorded.tracks.first)
    #expect(recorded.tracks.count == 1 && track.codecID == "A_OPUS" && track.name == "voice")
    #expect(track.codecDelay.nanoseconds == 6_500_000 && track.seekPreRoll == .milliseconds(80))
    #expect(recorded.isInOrder && recorded.blocks.dropLast().allSatisfy { $0.discardPadding == nil })
    let padding = try #require(recorded.blocks.last?.discardPadding)
    let samples = recorded.blocks.count * 960 - AudioEncoder.lookahead - Int((padding.seconds * 48_000).rounded())
    #expect(samples == 4800 + 96_591)
    #expect(!recorded.cues.isEmpty)
    #expect(abs(recorded.duration!.seconds - Double(samples) / 48_000) < 0.001)
    try await expectClean(file)
    let decoded = try await Sound.decoded(file)
    #expect(abs(decoded.samples.count - samples) <= 1)
    #expect(decoded.part(0..<0.095).peak < 0.001 && decoded.part(0.11..<2.1).peak > 0.48)
    #expect(abs(decoded.part(0.2..<2).amplitude(at: 700) - 0.5) < 0.02)
  }
}

/// The maximum delay of samples after their capture time.
private final class Punctuality: AudioSink {
  private let state = Monitor(MediaTime.zero)

  var worst: MediaTime { state.withLock { $0 } }

  func receive(_ frame: borrowing AudioFrame) {
    let lateness = .now - frame.timestamp
    state.withLock { $0 = max($0, lateness) }
  }

  func sourceEnded() {}
}
