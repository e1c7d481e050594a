import Media
import Synthetic
import TestSupport
import Testing

@testable import Encoding

/// The planner in virtual time, with a simulated encode thread and codec.
struct PlannerSimulation {
  struct Output {
    var time: MediaTime
    /// nil for a keep-alive.
    var kind: EncodePlanner.Kind?
    var quantizer = 0
    var macroblocks = 0
    var map: MacroblockMap?
    var bits: Int
  }

  var planner: EncodePlanner
  var now = MediaTime.seconds(1000)
  var outputs: [Output] = []
  /// How often the encode thread woke without work.
  var idleWakes = 0
  /// The macroblocks that are not sharp in the simulated picture.
  var blurred: MacroblockMap

  /// The step that each macroblock was last coded with: a refinement codes only the difference.
  private var steps: [Double]
  /// Bits of a macroblock times the quantizer's step, with a relative deviation of at most `noise`.
  var factor = 1500.0
  var noise = 0.0
  /// The coarsest quantizer that gives a sharp macroblock; -1 for none.
  var sharpUpTo = 4
  var neverSharp: MacroblockMap
  var random: SeededRandom
  let size: PixelSize

  /// The bit rate per pixel is that of 2.5 Mbit/s at 1920×1080.
  static let bitrate = 270_000

  static var settings: EncodingSettings {
    var settings = EncodingSettings()
    settings.bitrate = bitrate
    return settings
  }

  init(_ settings: EncodingSettings = Self.settings, width: Int = 640, height: Int = 352, seed: UInt64 = 1) {
    size = PixelSize(width: width, height: height)
    steps = [Double](repeating: .infinity, count: (width + 15) / 16 * ((height + 15) / 16))
    planner = EncodePlanner(settings: settings, size: size)
    random = SeededRandom(seed: seed)
    blurred = MacroblockMap(size: size)
    neverSharp = blurred
  }

  var all: MacroblockMap {
    var map = MacroblockMap(size: size)
    map.markAll()
    return map
  }

  /// The macroblocks in these columns and rows.
  func area(_ columns: Range<Int>, _ rows: Range<Int>) -> MacroblockMap {
    var area = MacroblockMap(size: size)
    for row in rows { for column in columns { area[row * area.columns + column] = true } }
    return area
  }

  /// Runs for `duration`, with a change every `interval`; `change` gives its macroblocks by its number.
  mutating func run(
    _ duration: MediaTime, every interval: MediaTime? = nil, _ change: (Int) -> MacroblockMap? = { _ in nil }
  ) {
    let end = now + duration
    var number = 0
    var nextChange = interval == nil ? MediaTime.distantFuture : now
    while now < end {
      while nextChange <= now {
        if let map = change(number) {
          planner.change(map, now: now)
          blurred.formUnion(map)
        }
        number += 1
        nextChange += interval ?? .zero
      }
      step(until: min(end, nextChange))
    }
    now = end
  }

  private mutating func step(until limit: MediaTime) {
    switch planner.next(now: now) {
    case .encode(let step):
      let chance = 1 + noise * (Double(random.next() % 2001) / 1000 - 1)
      let bits = Int(chance * cost(of: step)) + 400
      let took = MediaTime.nanoseconds(Int64(500_000 + 13_000 * step.map.count))
      var left = MacroblockMap(size: size)
      if step.quantizer.value > sharpUpTo { left = step.map } else { step.map.forEach { left[$0] = neverSharp[$0] } }
      planner.encoded(step, bytes: bits / 8, unsharp: left, seconds: took.seconds, now: now)
      blurred.subtract(step.map)
      blurred.formUnion(left)
      outputs.append(
        Output(
          time: now, kind: step.kind, quantizer: step.quantizer.value, macroblocks: step.map.count, map: step.map,
          bits: bits))
      now += took
    case .keepAlive:
      planner.sentKeepAlive(bytes: 200, now: now)
      outputs.append(Output(time: now, kind: nil, bits: 1600))
      now += .nanoseconds(1)
    case .wait(let time):
      idleWakes += 1
      now = max(now + .nanoseconds(1), min(time, limit))
    }
  }

  private mutating func cost(of step: EncodePlanner.Step) -> Double {
    var sum = 0.0
    let fresh = step.quantizer.step
    step.map.forEach {
      let known = step.kind == .refinement ? 0.9 / steps[$0] : 0
      sum += factor * max(0.05 / fresh, 1 / fresh - known)
      steps[$0] = fresh
    }
    return sum
  }

  /// The largest excess of the bits of any `span` over the bit rate.
  func excess(bitrate: Int, over span: MediaTime = .seconds(10)) -> Int {
    var worst = Int.min
    var first = 0
    var sum = 0
    for output in outputs {
      sum += output.bits
      while output.time - outputs[first].time >= span {
        sum -= outputs[first].bits
        first += 1
      }
      worst = max(worst, sum - Int(Double(bitrate) * span.seconds))
    }
    return worst
  }

  /// The longest time that a bit of these outputs waits in a sender of `rate` bits a second.
  static func longestWait(_ outputs: [Output], rate: Double) -> MediaTime {
    var longest = 0.0
    var free = 0.0
    for output in outputs {
      free = max(free, output.time.seconds) + Double(output.bits) / rate
      longest = max(longest, free - output.time.seconds)
    }
    return .seconds(longest)
  }

  func since(_ time: MediaTime) -> [Output] { outputs.filter { $0.time >= time } }
}
