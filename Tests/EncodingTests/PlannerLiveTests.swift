import Media
import Synthetic
import Testing

@testable import Encoding

/// The bit rate as a ceiling, for viewers.
struct PlannerLiveTests {
  static let seeds: [UInt64] = [1, 2, 3]
  private static let bitrate = PlannerSimulation.bitrate
  private let frame = MediaTime.seconds(1.0 / 30)

  private var settings: EncodingSettings {
    var settings = EncodingSettings.live
    settings.bitrate = Self.bitrate
    settings.minimumBitrate = Self.bitrate / 10
    return settings
  }

  private func desktop(_ seed: UInt64 = 1, noise: Double = 0.3) -> PlannerSimulation {
    var desktop = PlannerSimulation(settings, seed: seed)
    desktop.noise = noise
    desktop.planner.change(desktop.all, now: desktop.now)
    return desktop
  }

  private func expectWithinCeiling(_ desktop: PlannerSimulation, sourceLocation: SourceLocation = #_sourceLocation) {
    let largest = desktop.outputs.map(\.bits).max() ?? 0
    #expect(desktop.excess(bitrate: Self.bitrate, over: .seconds(2)) <= largest, sourceLocation: sourceLocation)
  }

  @Test(arguments: seeds) func `motion, pauses and turned pages keep to the ceiling, with short waits`(seed: UInt64) {
    var desktop = desktop(seed)
    desktop.factor = 1000
    let all = desktop.all
    for round in 0..<8 {
      let change = desktop.area(0..<(15 + round * 3), 0..<22)
      desktop.run(.seconds(3), every: frame) { _ in change }
      desktop.run(.seconds(2))
      desktop.run(.seconds(4), every: .seconds(1)) { _ in all }
    }
    expectWithinCeiling(desktop)
    #expect(PlannerSimulation.longestWait(desktop.outputs, rate: Double(Self.bitrate) * 1.1) < .milliseconds(450))
    desktop.run(.seconds(10))
    #expect(desktop.blurred.isEmpty)
  }

  @Test(arguments: seeds) func `motion too large for the rate lowers the frame rate, with short waits`(seed: UInt64) {
    var desktop = desktop(seed)
    // The coarsest quantizer takes 2.4 times the rate.
    desktop.factor = 5000
    let all = desktop.all
    let start = desktop.now
    desktop.run(.seconds(30), every: frame) { _ in all }
    expectWithinCeiling(desktop)
    let shown = desktop.since(start).filter { $0.kind == .change }
    #expect((200...700).contains(shown.count))
    #expect(PlannerSimulation.longestWait(desktop.outputs, rate: Double(Self.bitrate) * 1.1) < .milliseconds(700))
    // The last change is coded nevertheless.
    desktop.run(.seconds(1))
    #expect(!desktop.planner.hasPending)
  }

  @Test func `a requested key frame of a still screen is coded at once, and small enough to arrive soon`()
    throws
  {
    var desktop = desktop(noise: 0)
    desktop.factor = 1000
    desktop.run(.seconds(20))
    #expect(desktop.blurred.isEmpty)
    let asked = desktop.now
    desktop.planner.requestKeyFrame()
    desktop.run(.seconds(10))
    let outputs = desktop.since(asked)
    let key = try #require(outputs.first)
    #expect(key.kind == .key)
    #expect(key.time == asked)
    #expect(Double(key.bits) <= 0.3 * Double(Self.bitrate))
    // It is soon sharp again, in pieces of about a tenth of a second.
    #expect(desktop.blurred.isEmpty)
    let refinements = outputs.filter { $0.kind == .refinement }
    #expect(refinements.count > 3)
    #expect(refinements.map(\.bits).max() ?? 0 <= Self.bitrate / 4)
    let last = try #require(refinements.last)
    #expect(last.time - asked < .seconds(6))
  }

  @Test(arguments: seeds) func `text typed beside a video is coded within 40 ms`(seed: UInt64) {
    var desktop = desktop(seed)
    let video = desktop.area(0..<26, 0..<15)
    let letter = desktop.area(30..<32, 18..<20)
    var typed: [MediaTime] = []
    for _ in 0..<100 {
      desktop.run(.milliseconds(200), every: frame) { _ in video }
      typed.append(desktop.now)
      desktop.planner.change(letter, now: desktop.now)
    }
    for time in typed.dropLast() {
      let shown = desktop.outputs.first { $0.time >= time && $0.map.map { $0[18 * 40 + 30] } ?? false }
      #expect(shown.map { $0.time - time < .milliseconds(40) } == true)
    }
    expectWithinCeiling(desktop)
  }

  @Test(arguments: seeds) func `after the rate is lowered to an eighth, gaps stay under 350 ms`(seed: UInt64) {
    var desktop = desktop(seed)
    desktop.factor = 100
    let change = desktop.area(0..<20, 0..<20)
    desktop.run(.seconds(4), every: frame) { _ in change }
    let turn = desktop.now
    desktop.planner.bitrate = Self.bitrate / 8
    desktop.run(.seconds(4), every: frame) { _ in change }
    let times = [turn] + desktop.since(turn).filter { $0.kind == .change }.map(\.time)
    for (before, after) in zip(times, times.dropFirst()) { #expect(after - before < .milliseconds(350)) }
  }

  @Test(arguments: [(4, 10, 4), (100, 10, 10), (2, 1, 1)])
  func `a new rate is kept, limited by the minimum and the settings`(
    divisor: Int, least: Int, expected: Int
  ) {
    var desktop = desktop()
    desktop.factor = 200
    let all = desktop.all
    desktop.run(.seconds(5), every: frame) { _ in all }
    desktop.planner.bitrate = least == 1 ? Self.bitrate * divisor : Self.bitrate / divisor
    let rate = Self.bitrate / expected
    #expect(desktop.planner.bitrate == rate)
    desktop.run(.seconds(2), every: frame) { _ in all }
    let start = desktop.now
    desktop.run(.seconds(20), every: frame) { _ in all }
    let bits = desktop.since(start).reduce(0) { $0 + $1.bits }
    #expect(bits <= rate * 21)
    #expect(bits >= rate * 10)
  }
}
