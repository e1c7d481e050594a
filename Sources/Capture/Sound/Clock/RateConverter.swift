import CSoxr
import Media

/// Resamples interleaved sound at a ratio that changes by the millionth: libsoxr's variable rate. Used by one thread only.
final class RateConverter {
  private let handle: OpaquePointer
  private let channelCount: Int
  /// Input samples for an output sample.
  private(set) var ratio = 1.0
  /// The place in the input of the next output sample; samples since the start.
  private(set) var position = 0.0

  /// The furthest that the ratio goes.
  static let most = 1.01

  init(channelCount: Int) {
    guard let handle = oriel_variable_resampler(UInt32(channelCount), Self.most) else {
      preconditionFailure("soxr_create has no memory for a resampler")
    }
    self.handle = handle
    self.channelCount = channelCount
    _ = oriel_set_ratio(handle, ratio)
  }

  deinit { soxr_delete(handle) }

  func setRatio(_ wanted: Double) {
    let wanted = min(max(wanted, 2 - Self.most), Self.most)
    guard wanted != ratio, oriel_set_ratio(handle, wanted) == 0 else { return }
    ratio = wanted
  }

  /// Leaves out `frames` samples that are silent and follow enough such, for which nothing comes out.
  func skip(_ frames: Int) { position += Double(frames) }

  /// - Parameters:
  ///   - input: `frames` samples of each channel; borrowed for the call.
  ///   - give: gets what comes out, for the call alone, perhaps in several pieces.
  func convert(_ input: UnsafePointer<Float>, frames: Int, _ give: (UnsafeBufferPointer<Float>) -> Void) {
    let room = 1024
    withUnsafeTemporaryAllocation(of: Float.self, capacity: room * channelCount) { output in
      guard let base = output.baseAddress else { return }
      var done = 0
      while true {
        var (taken, given) = (0, 0)
        let status = oriel_resample(
          handle, input + done * channelCount, frames - done, &taken, base, room, &given)
        guard status == 0 else { return }
        done += taken
        position += Double(given) * ratio
        if given > 0 { give(UnsafeBufferPointer(start: base, count: given * channelCount)) }
        if given < room, done >= frames || taken == 0 { return }
      }
    }
  }
}
