import Media

/// When each of a device's samples was captured, by `CLOCK_MONOTONIC`: learned from what the server says now and then, which
/// jitters by milliseconds, while the card's own clock is off by up to some hundred millionths.
///
/// A straight line through the last looks, by least squares, where a look that is far off counts for less (Huber's weights).
/// What lies off the line for good, as after an overrun, is a jump: the line is moved by it, its slope stays.
struct SoundClock {
  /// What a look told.
  enum Finding: Equatable {
    case fits
    /// Too far off to believe it yet.
    case suspicious
    /// The sound after it was captured by so much later than its place says. Seconds.
    case jump(Double)
  }

  /// A minute and a half of looks.
  private static let capacity = 120
  /// Looks within this time count as one, their mean, once there are some. Seconds.
  private static let interval = 0.75
  private static let first = 8
  /// What lies further off the line may be a jump. Seconds.
  static let tolerance = 0.03
  /// Looks that have to agree on a jump.
  private static let witnesses = 3
  /// Seconds.
  private static let longestJump = 86_400.0
  /// The jitter below which a look counts in full. Seconds.
  private static let jitter = 0.002
  /// How far off a look is by how far off cards are, squared: what keeps the slope in bounds for the first half minute. Seconds².
  private static let stiffness = (0.003 / 0.00005) * (0.003 / 0.00005)
  /// A device that was just opened is not sure of its times. Seconds.
  private static let opening = 0.5
  /// No card is further off.
  private static let steepest = 0.002

  private struct Look {
    /// Seconds from the first sample by the device's own count.
    var place: Double
    /// Seconds that the capture was later than that.
    var delay: Double
    /// How many it is the mean of, and when the first of them was.
    var count = 1.0
    var since: Double

    init(place: Double, delay: Double) {
      self.place = place
      self.delay = delay
      since = place
    }

    mutating func merge(_ other: Look) {
      count += 1
      place += (other.place - place) / count
      delay += (other.delay - delay) / count
    }
  }

  private var looks: [Look] = []
  private var oldest = 0
  private var suspects: [Look] = []
  private var isSeasoned = false
  /// The line: `delay` at `middle`, and how it grows.
  private var middle = 0.0
  private var level = 0.0
  private var slope: Double

  /// - Parameter drift: how much faster than the clock the device is thought to count, such as was found before; a fraction.
  init(drift: Double = 0) { slope = -drift }

  /// Enough looks for a start.
  var isSettled: Bool { looks.count >= 3 }

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
  ///   - isSure: whether a jump needs no further witness, as after a time without any sound.
  mutating func observe(position: Double, time: Double, isSure: Bool = false) -> Finding {
    let place = position / Double(AudioFrame.sampleRate)
    let look = Look(place: place, delay: time - place)
    let miss = looks.isEmpty ? 0 : time - self.time(of: position)
    guard abs(miss) > Self.tolerance else {
      suspects.removeAll()
      take(look)
      return .fits
    }
    if !isSettled, !isSure {
      // Nothing to hold on to yet: the first looks may have been the wrong ones.
      looks = []
      oldest = 0
      take(look)
      return .fits
    }
    // No overrun takes a day: a server that counts like that is wrong, and its sound goes on where it is.
    guard abs(miss) < Self.longestJump else { return .suspicious }
    if let last = suspects.last, abs(last.delay - look.delay) > Self.tolerance / 2 { suspects.removeAll() }
    suspects.append(look)
    guard isSure || suspects.count >= Self.witnesses else { return .suspicious }
    let jump = suspects.map { $0.delay - (level + slope * ($0.place - middle)) }.reduce(0, +) / Double(suspects.count)
    for index in looks.indices { looks[index].delay += jump }
    level += jump
    for suspect in suspects { take(suspect) }
    suspects.removeAll()
    return .jump(jump)
  }

  private mutating func take(_ look: Look) {
    if !isSeasoned, look.place > 3 * Self.opening {
      isSeasoned = true
      looks.removeAll { $0.place < Self.opening }
      oldest = 0
    }
    let newest = looks.isEmpty ? 0 : (oldest + looks.count - 1) % looks.count
    if looks.count > Self.first, look.place - looks[newest].since < Self.interval { return looks[newest].merge(look) }
    if looks.count < Self.capacity {
      looks.append(look)
    } else {
      looks[oldest] = look
      oldest = (oldest + 1) % looks.count
    }
    fit()
  }

  private mutating func fit() {
    let known = slope
    var weights = [Double](repeating: 1, count: looks.count)
    for _ in 0..<2 {
      var (sum, places, delays) = (0.0, 0.0, 0.0)
      for (look, weight) in zip(looks, weights) {
        sum += weight
        places += weight * look.place
        delays += weight * look.delay
      }
      middle = places / sum
      level = delays / sum
      // What is known of the slope counts as one look far away: little, once there are looks over half a minute.
      let prior = looks.count < Self.capacity / 3 ? known : 0
      var (squares, products) = (Self.stiffness, Self.stiffness * prior)
      for (look, weight) in zip(looks, weights) {
        let place = look.place - middle
        squares += weight * place * place
        products += weight * place * (look.delay - level)
      }
      slope = min(max(products / squares, -Self.steepest), Self.steepest)
      for (index, look) in looks.enumerated() {
        let miss = abs(look.delay - level - slope * (look.place - middle))
        weights[index] = miss <= Self.jitter ? 1 : Self.jitter / miss
      }
    }
  }
}
