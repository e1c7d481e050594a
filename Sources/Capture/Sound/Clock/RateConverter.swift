import CSoxr
import Media

/// Resamples interleaved sound at a ratio that changes by millionths, with libsoxr's variable rate. Used by one thread only.
final class RateConverter {
  private let handle: OpaquePointer
  private let channelCount: Int
  /// Input samples per output sample.
  private(set) var ratio = 1.0
  /// The next output sample's position in the input; samples since the start.
  private(set) var position = 0.0

  /// The smallest ratio is as far below 1.
  static let maximumRatio = 1.01

  init(channelCount: Int) {
    guard let handle = oriel_variable_resampler(UInt32(channelCount), Self.maximumRatio) else {
      preconditionFailure("soxr_create has no memory for a resampler")
    }
    self.handle = handle
    self.channelCount = channelCount
    _ = oriel_set_ratio(handle, ratio)
  }

  deinit { soxr_delete(handle) }

  func setRatio(_ wanted: Double) {
    let wanted = min(max(wanted, 2 - Self.maximumRatio), Self.maximumRatio)
    guard wanted != ratio, oriel_set_ratio(handle, wanted) == 0 else { return }
    ratio = wanted
  }

  /// Skips `frames` silent input samples without any output. Enough silence must precede them to fill the filter.
  func skip(_ frames: Int) { position += Double(frames) }

  /// - Parameters:
  ///   - input: `frames` samples of each channel; borrowed for the call.
  ///   - body: gets the output, lent for the call, in one or several pieces.
  func convert(_ input: UnsafePointer<Float>, frames: Int, _ body: (UnsafeBufferPointer<Float>) -> Void) {
    let capacity = 1024
    withUnsafeTemporaryAllocation(of: Float.self, capacity: capacity * channelCount) { output in
      guard let base = output.baseAddress else { return }
      var done = 0
      while true {
        var (consumed, produced) = (0, 0)
        let status = oriel_resample(
          handle, input + done * channelCount, frames - done, &consumed, base, capacity, &produced)
        guard status == 0 else { return }
        done += consumed
        position += Double(produced) * ratio
        if produced > 0 { body(UnsafeBufferPointer(start: base, count: produced * channelCount)) }
        if produced < capacity, done >= frames || consumed == 0 { return }
      }
    }
  }
}
