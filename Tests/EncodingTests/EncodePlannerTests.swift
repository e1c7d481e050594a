import Media
import Synthetic
import Testing

@testable import Encoding

struct EncodePlannerTests {
  private let frame = MediaTime.seconds(1.0 / 30)

  /// A desktop that has been coded and refined, and is still.
  private func rested(_ settings: EncodingSettings = PlannerSimulation.settings) -> PlannerSimulation {
    var desktop = PlannerSimulation(settings)
    desktop.planner.change(desktop.all, now: desktop.now)
    desktop.run(.seconds(15))
    return desktop
  }

  @Test func `a key frame request before the first picture codes nothing`() {
    var desktop = PlannerSimulation()
    desktop.planner.requestKeyFrame()
    desktop.run(.seconds(5))
    #expect(desktop.outputs.isEmpty)
  }

  @Test func `the first frame is a key frame of all macroblocks, at once`() throws {
    var desktop = PlannerSimulation()
    desktop.planner.change(desktop.all, now: desktop.now)
    desktop.run(frame)
    let first = try #require(desktop.outputs.first)
    #expect(first.kind == .key)
    #expect(first.macroblocks == desktop.all.total)
    #expect(first.time == .seconds(1000))
  }

  @Test func `a small change is coded alone, at once and sharp`() throws {
    var desktop = rested()
    let start = desktop.now
    let change = desktop.area(5..<9, 3..<6)
    desktop.run(.seconds(0.5), every: .seconds(60)) { _ in change }
    let outputs = desktop.since(start)
    #expect(outputs.count == 1)
    let first = try #require(outputs.first)
    #expect(first.kind == .change)
    #expect(first.time == start)
    #expect(first.map == change)
    #expect(first.quantizer == EncodingSettings().sharp)
  }

  @Test
  func `a large change is coded coarsely, then refined in steps until it is sharp`()
    throws
  {
    let settings = PlannerSimulation.settings
    var desktop = rested(settings)
    let start = desktop.now
    // Only the finest quantizer gives sharp macroblocks.
    desktop.sharpUpTo = settings.finest
    let change = desktop.area(0..<35, 0..<20)
    desktop.run(.seconds(10), every: .seconds(60)) { _ in change }
    let outputs = desktop.since(start)
    #expect(outputs.first?.kind == .change)
    #expect(outputs.first?.time == start)
    let quantizers = outputs.filter { $0.kind != nil }.map(\.quantizer)
    #expect(quantizers[0] > settings.sharp)
    #expect(quantizers == quantizers.sorted(by: >))
    #expect(quantizers.last == settings.finest)
    #expect(desktop.blurred.isEmpty)
    // Refinement begins after a short pause.
    #expect(outputs[1].time - start >= frame)
    #expect(outputs[1].time - start < .milliseconds(200))
    let last = try #require(outputs.last { $0.kind != nil })
    #expect(last.time - start < .seconds(2))
  }

  @Test func `macroblocks that never become sharp are refined finestPasses times`() {
    var settings = PlannerSimulation.settings
    settings.finestPasses = 3
    var desktop = rested(settings)
    desktop.neverSharp = desktop.area(0..<10, 0..<10)
    let start = desktop.now
    let change = desktop.area(0..<14, 0..<14)
    desktop.run(.seconds(30), every: .seconds(60)) { _ in change }
    let finest = desktop.since(start).filter { $0.kind == .refinement && $0.quantizer == settings.finest }
    #expect(finest.count == 3)
    #expect(desktop.planner.unsharp.isEmpty)
  }

  @Test func `macroblocks that stop moving are refined while others move`() {
    var desktop = rested()
    let still = desktop.area(0..<14, 0..<20)
    let moving = desktop.area(20..<34, 0..<20)
    let start = desktop.now
    desktop.run(.seconds(1), every: frame) { _ in
      var both = still
      both.formUnion(moving)
      return both
    }
    let stopped = desktop.now
    desktop.run(.seconds(3), every: frame) { _ in moving }
    var left = desktop.blurred
    left.subtract(moving)
    #expect(left.isEmpty)
    let refinements = desktop.since(stopped).filter { $0.kind == .refinement }
    #expect(!refinements.isEmpty)
    // Moving macroblocks are not refined.
    for refinement in refinements {
      var wasted = refinement.map!
      wasted.subtract(still)
      #expect(wasted.isEmpty)
    }
    // The motion continues in every frame.
    #expect(desktop.since(start).filter { $0.kind == .change || $0.kind == .key }.count >= 118)
  }

  @Test func `a still screen gets a keep-alive per second and no other frames`() {
    var desktop = rested()
    let start = desktop.now
    let wakes = desktop.idleWakes
    desktop.run(.seconds(100))
    let outputs = desktop.since(start)
    #expect(outputs.allSatisfy { $0.kind == nil })
    #expect((99...101).contains(outputs.count))
    for (before, after) in zip(outputs, outputs.dropFirst()) {
      #expect(after.time - before.time >= .seconds(1) && after.time - before.time < .seconds(1.01))
    }
    #expect(desktop.idleWakes - wakes <= 102)
  }

  @Test func `keepAliveInterval sets the interval of keep-alives`() {
    var settings = PlannerSimulation.settings
    settings.keepAliveInterval = .milliseconds(250)
    var desktop = rested(settings)
    let start = desktop.now
    desktop.run(.seconds(10))
    #expect((39...41).contains(desktop.since(start).count))
  }

  @Test(arguments: [30, 300])
  func `key frames are at most keyFrameInterval frames apart`(interval: Int) {
    var settings = PlannerSimulation.settings
    settings.keyFrameInterval = interval
    var desktop = PlannerSimulation(settings, seed: 5)
    desktop.sharpUpTo = 0
    desktop.planner.change(desktop.all, now: desktop.now)
    for round in 0..<40 {
      let change = desktop.area(0..<(round % 38 + 1), 0..<20)
      desktop.run(.seconds(2), every: frame) { _ in change }
      desktop.run(.seconds(Double(round % 7)))
    }
    var sinceKey = 0
    for output in desktop.outputs {
      sinceKey = output.kind == .key ? 1 : sinceKey + 1
      #expect(sinceKey <= interval)
    }
  }

  /// The times of the key frames while `body` runs, in seconds from its start.
  private func keyFrames(
    _ settings: EncodingSettings = PlannerSimulation.settings, isKept: Bool = true,
    _ body: (inout PlannerSimulation) -> Void
  ) -> [Double] {
    var desktop = PlannerSimulation(settings)
    desktop.planner.isKept = isKept
    let start = desktop.now
    desktop.planner.change(desktop.all, now: start)
    body(&desktop)
    return desktop.outputs.filter { $0.kind == .key }.map { ($0.time - start).seconds }
  }

  @Test func `kept pictures have a key frame every 10 s if over a twentieth changes, else every minute`() {
    // 45 of the 40 × 22 macroblocks are more than a twentieth.
    let screen = PlannerSimulation()
    let (more, less) = (screen.area(0..<9, 0..<5), screen.area(0..<11, 0..<4))
    func expect(_ times: [Double], are expected: [Double], _ location: SourceLocation = #_sourceLocation) {
      #expect(times.count == expected.count, "\(times)", sourceLocation: location)
      // Never further apart, but a little less when the next picture would be too late.
      #expect(
        zip(times, expected).allSatisfy { (-2...0.001).contains($0 - $1) }, "\(times)", sourceLocation: location)
    }
    expect(keyFrames { $0.run(.seconds(45), every: frame) { _ in more } }, are: [0, 10, 20, 30, 40])
    expect(keyFrames { $0.run(.seconds(150), every: .seconds(0.7)) { _ in less } }, are: [0, 60, 120])
    expect(keyFrames { $0.run(.seconds(150)) }, are: [0, 60, 120])
    // Changes add up across the screen, as when text is typed.
    let typing = keyFrames { desktop in
      desktop.run(.seconds(30), every: .seconds(0.5)) { screen.area(($0 % 40)..<($0 % 40 + 1), 0..<2) }
      desktop.run(.seconds(45))
    }
    // 46 macroblocks are 23 characters; changes in the first key frame do not count.
    expect(typing, are: [0, 11.5, 23])
  }

  @Test func `only kept pictures have timed key frames, and a requested one restarts the interval`() {
    let all = PlannerSimulation().all
    #expect(keyFrames(isKept: false) { $0.run(.seconds(90), every: frame) { _ in all } } == [0])
    let asked = keyFrames { desktop in
      desktop.run(.seconds(7), every: frame) { _ in all }
      desktop.planner.requestKeyFrame()
      desktop.run(.seconds(9.5), every: frame) { _ in all }
    }
    #expect(asked.count == 2, "\(asked)")
  }

  @Test func `a live encoder has timed key frames once a recorder subscribes too`() {
    var settings = PlannerSimulation.settings
    settings.rateControl = .ceiling
    let all = PlannerSimulation().all
    let times = keyFrames(settings, isKept: false) { desktop in
      desktop.run(.seconds(15), every: frame) { _ in all }
      desktop.planner.isKept = true
      desktop.run(.seconds(15), every: frame) { _ in all }
    }
    #expect(times.count == 3, "\(times)")
  }

  @Test func `typing needs no more key frames than with one every 300 frames`() {
    let screen = PlannerSimulation(width: 1920, height: 1080)
    func typing(keyFrameInterval: Int, isKept: Bool) -> (keys: Int, bits: Int) {
      var settings = EncodingSettings()
      settings.keyFrameInterval = keyFrameInterval
      var desktop = PlannerSimulation(settings, width: 1920, height: 1080)
      desktop.planner.isKept = isKept
      desktop.planner.change(desktop.all, now: desktop.now)
      // 100 characters of 10 pixels in a line of 20, in ten seconds.
      desktop.run(.seconds(62), every: .seconds(0.1)) { number in
        let (column, row) = (number % 100 * 10 / 16, number / 100 * 20 / 16)
        return screen.area(column..<(column + 1), row..<(row + 2))
      }
      return (desktop.outputs.count { $0.kind == .key }, desktop.outputs.reduce(0) { $0 + $1.bits })
    }
    let before = typing(keyFrameInterval: 300, isKept: false)
    let now = typing(keyFrameInterval: EncodingSettings().keyFrameInterval, isKept: true)
    #expect(now.keys <= before.keys, "\(now) \(before)")
    #expect(Double(now.bits) <= 1.05 * Double(before.bits), "\(now) \(before)")
  }

  @Test func `pictures that are not kept get no key frame in 9000 s of a still screen`() {
    var settings = PlannerSimulation.settings
    settings.keepAliveInterval = .seconds(100)
    var desktop = rested(settings)
    let start = desktop.now
    desktop.run(.seconds(9000))
    #expect(!desktop.since(start).contains { $0.kind == .key })
  }

  @Test func `a requested key frame is coded once and at once, on a still screen too`() throws {
    var desktop = rested()
    desktop.run(.seconds(0.3))
    let asked = desktop.now
    desktop.planner.requestKeyFrame()
    desktop.run(.seconds(0.9))
    let first = try #require(desktop.since(asked).first)
    #expect(first.kind == .key)
    #expect(first.time == asked)
    #expect(first.macroblocks == desktop.all.total)
    #expect(desktop.since(asked).filter { $0.kind == .key }.count == 1)
  }

  @Test func `a requested key frame includes a pending change`() {
    var desktop = rested()
    let asked = desktop.now
    desktop.planner.change(desktop.area(0..<2, 0..<2), now: asked)
    desktop.planner.requestKeyFrame()
    desktop.run(frame)
    #expect(desktop.since(asked).map(\.kind) == [.key])
  }

  @Test func `a picture of one macroblock is coded and refined`() {
    var desktop = PlannerSimulation(width: 1, height: 1)
    let all = desktop.all
    desktop.run(.seconds(3), every: frame) { _ in all }
    desktop.run(.seconds(3))
    #expect(desktop.outputs.first?.kind == .key)
    #expect(desktop.outputs.filter { $0.kind == .change }.count >= 80)
    #expect(desktop.blurred.isEmpty)
  }

  @Test(arguments: [(0, 0.0), (-5, -1), (Int.max, 1e12)])
  func `invalid settings are limited to usable values`(bitrate: Int, frameRate: Double) {
    var settings = PlannerSimulation.settings
    settings.bitrate = bitrate
    settings.frameRate = frameRate
    settings.finestPasses = 1000
    settings.keyFrameInterval = 0
    settings.keepAliveInterval = .milliseconds(-5)
    var desktop = PlannerSimulation(settings, width: 320, height: 240)
    desktop.sharpUpTo = -1
    let all = desktop.all
    desktop.run(.seconds(20), every: .seconds(1)) { _ in all }
    #expect(desktop.outputs.first?.kind == .key)
    #expect(desktop.outputs.count < 25_000)
  }
}
