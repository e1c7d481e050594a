import Media
import Synthetic
import Testing

@testable import Encoding

/// The bit rate as an average over ten seconds, for files.
struct PlannerRateTests {
  static let seeds: [UInt64] = [1, 2, 3]
  private let frame = MediaTime.seconds(1.0 / 30)

  private func desktop(_ seed: UInt64, _ settings: EncodingSettings = PlannerSimulation.settings) -> PlannerSimulation {
    var desktop = PlannerSimulation(settings, seed: seed)
    desktop.noise = 0.4
    desktop.planner.change(desktop.all, now: desktop.now)
    return desktop
  }

  private func expectWithinRate(
    _ desktop: PlannerSimulation, _ bitrate: Int = PlannerSimulation.bitrate,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let largest = desktop.outputs.map(\.bits).max() ?? 0
    #expect(desktop.excess(bitrate: bitrate) <= largest, sourceLocation: sourceLocation)
  }

  @Test(arguments: seeds) func `full-screen motion keeps to the rate, with a change in every frame`(seed: UInt64) {
    var desktop = desktop(seed)
    // The coarsest quantizer takes half the rate; at nearly all of it, ten seconds cannot be kept to.
    desktop.factor = 1000
    let all = desktop.all
    desktop.run(.seconds(40), every: frame) { _ in all }
    expectWithinRate(desktop)
    // Coding takes 12 ms of each 33.
    #expect(desktop.outputs.filter { $0.kind != .refinement }.count >= 1190)
  }

  @Test(arguments: seeds) func `alternating motion and pauses keep to the rate and become sharp`(seed: UInt64) {
    var desktop = desktop(seed)
    for round in 0..<12 {
      let change = desktop.area(0..<(15 + round * 2), 0..<22)
      desktop.run(.seconds(3), every: frame) { _ in change }
      desktop.run(.seconds(2))
    }
    expectWithinRate(desktop)
    desktop.run(.seconds(10))
    #expect(desktop.blurred.count == 0)
  }

  @Test(arguments: seeds) func `a photograph is refined within the rate`(seed: UInt64) {
    var desktop = desktop(seed)
    // Sharp only with the finest quantizer, at ten times a desktop's bits.
    desktop.factor = 4000
    desktop.sharpUpTo = 0
    let all = desktop.all
    desktop.run(.seconds(30), every: .seconds(1.5)) { _ in all }
    expectWithinRate(desktop)
    desktop.run(.seconds(60))
    expectWithinRate(desktop)
    #expect(desktop.blurred.isEmpty)
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
    expectWithinRate(desktop)
  }

  @Test(arguments: seeds) func `key frames requested every three seconds keep to the rate`(seed: UInt64) {
    var desktop = desktop(seed)
    desktop.factor = 1000
    let change = desktop.area(0..<20, 0..<20)
    for _ in 0..<20 {
      desktop.planner.requestKeyFrame()
      desktop.run(.seconds(3), every: frame) { _ in change }
    }
    expectWithinRate(desktop)
    #expect(desktop.outputs.filter { $0.kind == .key }.count >= 20)
  }

  @Test(arguments: seeds) func `waiting for the rate wakes the encoder at most 35 times a second`(seed: UInt64) {
    var desktop = desktop(seed)
    desktop.factor = 20_000
    desktop.sharpUpTo = 0
    desktop.run(.seconds(30))
    #expect(desktop.idleWakes < 30 * 35)
    expectWithinRate(desktop)
  }

  @Test(arguments: [30_000, 2_000_000]) func `bit rates of 30 kbit/s and 2 Mbit/s are kept`(bitrate: Int) {
    var settings = EncodingSettings()
    settings.bitrate = bitrate
    var desktop = desktop(9, settings)
    desktop.factor = bitrate < 1_000_000 ? 150 : 8000
    let all = desktop.all
    for _ in 0..<6 {
      desktop.run(.seconds(5), every: frame) { _ in all }
      desktop.run(.seconds(3))
    }
    expectWithinRate(desktop, bitrate)
  }
}
