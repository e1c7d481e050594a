import Foundation
import Media

/// Silence, with 100 ms of a tone at each full minute. The timestamps jitter by up to 150 µs.
struct SoakSound {
  let source = PCMSource(channelCount: 1)
  private let start: MediaTime
  private var count = 0

  init(start: MediaTime) { self.start = start }

  /// Pushes the samples up to `seconds` from the start.
  mutating func send(until seconds: Double) {
    let end = Int(seconds * 48_000)
    guard end > count else { return }
    let samples = (count..<end).map { index -> Float in
      let place = index % (60 * 48_000)
      return place < 4800 ? Float(0.5 * sin(2 * .pi * 1000 * Double(place) / 48_000)) : 0
    }
    let jitter = MediaTime.nanoseconds(Int64(count % 7 - 3) * 50_000)
    source.push(samples, at: start + .nanoseconds(Int64(count) * 62_500 / 3) + jitter)
    count = end
  }
}
