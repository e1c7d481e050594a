import Media

/// Estimates when each of a device's samples was captured, by `CLOCK_MONOTONIC`, from the server's reports. These jitter by
/// milliseconds; the card's clock drifts by up to some hundred millionths.
///
/// Fits a straight line through the last observations by least squares; outliers count for less (Huber's weights).
/// A lasting offset from the line, as after an overrun, is a jump: the line is moved by it, its slope stays.
struct SoundClock {
  /// The result of an observation.
  enum Finding: Equatable {
    case fits
    /// Too far off the line; a jump if further observations confirm it.
    case suspicious
    /// The sound from here on was captured by so much later than the line says. Seconds.
    case jump(Double)
  }

  /// A minute and a half of observations.
  private static let capacity = 120
  /// After the first ones, observations within this time are merged to their mean. Seconds.
  private static let interval = 0.75
  private static let first = 8
  /// A larger distance from the line may be a jump. Seconds.
  static let tolerance = 0.03
  /// Observations that have to agree on a jump.
  private static let jumpConfirmations = 3
  /// Seconds.
  private static let longestJump = 86_400.0
  /// An observation with less jitter has full weight. Seconds.
  private static let jitter = 0.002
  /// The prior's weight: (an observation's error / a card's drift)². Bounds the slope for the first half minute. Seconds².
  private static let stiffness = (0.003 / 0.00005) * (0.003 / 0.00005)
  /// Just after it was opened, a device reports inexact times. Seconds.
  private static let opening = 0.5
  /// No card drifts more. A fraction.
  private static let steepest = 0.002

  private struct Observation {
    /// Seconds from the first sample, by the device's count.
    var place: Double
    /// The capture time minus `place`. Seconds.
    var delay: Double
    /// How many observations it is the mean of, and the `place` of the first.
    var count = 1.0
    var since: Double

    init(place: Double, delay: Double) {
      self.place = place
      self.delay = delay
      since = place
    }

    mutating func merge(_ other: Observation) {
      count += 1
      place += (other.place - place) / count
      delay += (other.delay - delay) / count
    }
  }

  private var observations: [Observation] = []
  private var oldest = 0
  private var suspects: [Observation] = []
  private var isSeasoned = false
  /// The line: `delay` is `level` at the place `middle`, and grows by `slope` per second.
  private var middle = 0.0
  private var level = 0.0
  private var slope: Double

  /// - Parameter drift: the initial estimate of how much faster than the clock the device counts; a fraction.
  init(drift: Double = 0) { slope = -drift }

  /// Whether there are enough observations to place sound.
  var isSettled: Bool { observations.count >= 3 }

  /// How much faster than the clock the device counts; a fraction.
  var drift: Double { -slope }

  /// When a sample was captured, in the seconds of `observe`.
  func time(of position: Double) -> Double {
    let place = position / Double(AudioFrame.sampleRate)
    return place + level + slope * (place - middle)
  }

  /// - Parameters:
  ///   - position: a sample by the device's count.
  ///   - time: when it was captured, seconds.
  ///   - isSure: whether a jump needs no confirmation, as after a time without any sound.
  mutating func observe(position: Double, time: Double, isSure: Bool = false) -> Finding {
    let place = position / Double(AudioFrame.sampleRate)
    let observation = Observation(place: place, delay: time - place)
    let miss = observations.isEmpty ? 0 : time - self.time(of: position)
    guard abs(miss) > Self.tolerance else {
      suspects.removeAll()
      take(observation)
      return .fits
    }
    if !isSettled, !isSure {
      // With so few observations, the earlier ones may have been the wrong ones.
      observations = []
      oldest = 0
      take(observation)
      return .fits
    }
    // No overrun lasts a day: such a count is wrong and is ignored.
    guard abs(miss) < Self.longestJump else { return .suspicious }
    if let last = suspects.last, abs(last.delay - observation.delay) > Self.tolerance / 2 { suspects.removeAll() }
    suspects.append(observation)
    guard isSure || suspects.count >= Self.jumpConfirmations else { return .suspicious }
    let jump = suspects.map { $0.delay - (level + slope * ($0.place - middle)) }.reduce(0, +) / Double(suspects.count)
    for index in observations.indices { observations[index].delay += jump }
    level += jump
    for suspect in suspects { take(suspect) }
    suspects.removeAll()
    return .jump(jump)
  }

  private mutating func take(_ observation: Observation) {
    if !isSeasoned, observation.place > 3 * Self.opening {
      isSeasoned = true
      observations.removeAll { $0.place < Self.opening }
      oldest = 0
    }
    let newest = observations.isEmpty ? 0 : (oldest + observations.count - 1) % observations.count
    if observations.count > Self.first, observation.place - observations[newest].since < Self.interval {
      return observations[newest].merge(observation)
    }
    if observations.count < Self.capacity {
      observations.append(observation)
    } else {
      observations[oldest] = observation
      oldest = (oldest + 1) % observations.count
    }
    fit()
  }

  private mutating func fit() {
    let known = slope
    var weights = [Double](repeating: 1, count: observations.count)
    for _ in 0..<2 {
      var (sum, places, delays) = (0.0, 0.0, 0.0)
      for (observation, weight) in zip(observations, weights) {
        sum += weight
        places += weight * observation.place
        delays += weight * observation.delay
      }
      middle = places / sum
      level = delays / sum
      // The known slope is a prior with the weight of `stiffness`: little, once observations span half a minute.
      let prior = observations.count < Self.capacity / 3 ? known : 0
      var (squares, products) = (Self.stiffness, Self.stiffness * prior)
      for (observation, weight) in zip(observations, weights) {
        let place = observation.place - middle
        squares += weight * place * place
        products += weight * place * (observation.delay - level)
      }
      slope = min(max(products / squares, -Self.steepest), Self.steepest)
      for (index, observation) in observations.enumerated() {
        let miss = abs(observation.delay - level - slope * (observation.place - middle))
        weights[index] = miss <= Self.jitter ? 1 : Self.jitter / miss
      }
    }
  }
}
