internal import Foundation
package import Media

/// A stream with a flashing picture and beeps, or a continuous tone. The first sample of a beep has the capture time of the
/// first white picture, exact to the sample.
package final class FlashAndBeep: VideoSink {
  /// The frequencies of the left and the right channel, in hertz.
  package static let tones = (left: 997.0, right: 1503.0)
  package static let interval = MediaTime.milliseconds(500)
  package static let length = MediaTime.milliseconds(100)
  /// The delay from capturing to delivering sound, as with a sound server.
  private static let latency = MediaTime.milliseconds(20)

  private struct State {
    /// The capture time of each flash's first white picture.
    var flashes: [MediaTime] = []
    var isWhite = false
    var sounds = Sounds.beeps
    var isStopped = false
  }

  package enum Sounds { case beeps, tone }

  package let stream: MediaStream
  private let canvas = Canvas(width: 320, height: 240)
  private let sound = PCMSource()
  private let state = Monitor(State())

  package init(_ sounds: Sounds = .beeps) {
    state.withLock { $0.sounds = sounds }
    stream = canvas.captureStream(frameRate: 60)
    stream.addTrack(MediaStreamTrack(source: sound, label: "beeps"))
    (picture.source as? any VideoSource)?.attach(self)
    _ = NamedThread("flash-and-beep") { [self] in run() }
  }

  package var picture: MediaStreamTrack { stream.getVideoTracks()[0] }
  package var tone: MediaStreamTrack { stream.getAudioTracks()[0] }

  /// The sound to play from now on.
  package var sounds: Sounds {
    get { state.withLock { $0.sounds } }
    set { state.withLock { $0.sounds = newValue } }
  }

  /// The capture time of each flash's first white picture.
  package var flashTimes: [MediaTime] { state.withLock { $0.flashes } }

  /// The number of flashes so far.
  package var flashCount: Int { state.withLock { $0.flashes.count } }

  package func stop() {
    state.update { $0.isStopped = true }
    for track in stream.getTracks() { track.stop() }
  }

  package func receive(_ frame: borrowing VideoFrame) {
    let isWhite = frame.pixels.load(as: UInt32.self) & 0xFF > 127
    let time = frame.timestamp
    state.withLock { state in
      if isWhite, !state.isWhite { state.flashes.append(time) }
      state.isWhite = isWhite
    }
  }

  package func sourceEnded() {}

  private func run() {
    let start = MediaTime.now
    var pushed: Int64 = 0
    var toggle = start + .seconds(1)
    var isWhite = false
    /// When the picture was painted white, until that has been captured.
    var uncapturedFlash: MediaTime?
    var flashesBefore = 0
    while state.wait(until: .now + .milliseconds(5), { $0.isStopped ? true : nil }) == nil {
      if MediaTime.now >= toggle {
        isWhite.toggle()
        toggle += isWhite ? Self.length : Self.interval - Self.length
        if isWhite {
          uncapturedFlash = .now
          flashesBefore = flashCount
        } else {
          // The flash was not captured in time.
          uncapturedFlash = nil
        }
        canvas.paint { $0.fill(PixelRect(canvas.size), isWhite ? 0xFFFFFF : 0) }
      }
      if flashCount > flashesBefore { uncapturedFlash = nil }
      // A beep is delivered only when its flash's capture time is known, however long a busy machine takes.
      let due = (min(MediaTime.now - Self.latency, uncapturedFlash ?? .distantFuture) - start).ticks
      guard due - pushed >= 480 else { continue }
      sound.push(samples(start, pushed..<due), at: start + Self.time(pushed))
      pushed = due
    }
  }

  private func samples(_ start: MediaTime, _ range: Range<Int64>) -> [Float] {
    let (flashes, sounds) = state.withLock { ($0.flashes.suffix(3), $0.sounds) }
    return range.flatMap { index -> [Float] in
      let time = start + Self.time(index)
      if sounds == .tone { return Self.sample(Double(index) / 48_000) }
      guard let flash = flashes.last(where: { $0 <= time }), time - flash < Self.length else { return [0, 0] }
      return Self.sample((time - flash).seconds)
    }
  }

  private static func sample(_ seconds: Double) -> [Float] {
    [tones.left, tones.right].map { Float(0.5 * sin(2 * .pi * $0 * seconds)) }
  }

  private static func time(_ ticks: Int64) -> MediaTime { .nanoseconds(ticks * 62_500 / 3) }
}

extension MediaTime {
  fileprivate var ticks: Int64 { nanoseconds * 3 / 62_500 }
}
