internal import Foundation
package import Media

/// A picture that flashes and a sound that beeps with it, as one stream: the first sample of each beep was captured when the
/// first white picture was, to the sample. Or a tone that goes on.
package final class FlashAndBeep: VideoSink {
  /// Hertz, of the left and the right channel.
  package static let tones = (left: 997.0, right: 1503.0)
  package static let interval = MediaTime.milliseconds(500)
  package static let length = MediaTime.milliseconds(100)
  /// What sound is later than its capture, as a sound server's is.
  private static let lag = MediaTime.milliseconds(20)

  private struct State {
    /// When the picture turned white.
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

  /// What is heard from now on.
  package var sounds: Sounds {
    get { state.withLock { $0.sounds } }
    set { state.withLock { $0.sounds = newValue } }
  }

  /// When the picture was captured that first was white, for each flash.
  public var flashTimes: [MediaTime] { state.withLock { $0.flashes } }

  /// How often the picture has turned white.
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
    /// When the picture was painted white, as long as nobody has seen that.
    var painted: MediaTime?
    var flashesBefore = 0
    while state.wait(until: .now + .milliseconds(5), { $0.isStopped ? true : nil }) == nil {
      if MediaTime.now >= toggle {
        isWhite.toggle()
        toggle += isWhite ? Self.length : Self.interval - Self.length
        if isWhite {
          painted = .now
          flashesBefore = flashCount
        } else {
          // Nobody saw it in time.
          painted = nil
        }
        canvas.paint { $0.fill(PixelRect(canvas.size), isWhite ? 0xFFFFFF : 0) }
      }
      if flashCount > flashesBefore { painted = nil }
      // A beep waits until it is known when its flash was captured, however long that takes a busy machine.
      let due = (min(MediaTime.now - Self.lag, painted ?? .distantFuture) - start).ticks
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
