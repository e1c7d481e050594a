import Media
import Synthetic
import Testing

@testable import Encoding

struct EncodePlannerTests {
  private let frame = MediaTime.seconds(1.0 / 30)

  /// A desktop that has been shown and refined, and rests.
  private func rested(_ settings: EncodingSettings = PlannerSimulation.settings) -> PlannerSimulation {
    var desktop = PlannerSimulation(settings)
    desktop.planner.change(desktop.all, now: desktop.now)
    desktop.run(.seconds(15))
    return desktop
  }

  @Test func `nothing is coded before there is a picture`() {
    var desktop = PlannerSimulation()
    desktop.planner.requestKeyFrame()
    desktop.run(.seconds(5))
    #expect(desktop.outputs.isEmpty)
  }

  @Test func `the first frame is a key frame of everything, at once`() throws {
    var desktop = PlannerSimulation()
    desktop.planner.change(desktop.all, now: desktop.now)
    desktop.run(frame)
    let first = try #require(desktop.outputs.first)
    #expect(first.kind == .key)
    #expect(first.macroblocks == desktop.all.total)
    #expect(first.time == .seconds(1000))
  }

  @Test func `a small change is coded at once, sharp, and nothing else with it`() throws {
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
  func `a large change is coarser at first, then refined finer and finer until it is sharp, then the encoder rests`()
    throws
  {
    let settings = PlannerSimulation.settings
    var desktop = rested(settings)
    let start = desktop.now
    // Nothing comes out sharp but with the finest quantizer.
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
    // Quiet for a moment before refinement begins.
    #expect(outputs[1].time - start >= frame)
    #expect(outputs[1].time - start < .milliseconds(200))
    let last = try #require(outputs.last { $0.kind != nil })
    #expect(last.time - start < .seconds(2))
  }

  @Test func `what the finest quantizer does not make sharp is left after finestPasses`() {
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

  @Test func `what stopped moving is refined while something else moves on`() {
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
    // What moves is not refined for nothing.
    for refinement in refinements {
      var wasted = refinement.map!
      wasted.subtract(still)
      #expect(wasted.isEmpty)
    }
    // And it goes on moving in every frame.
    #expect(desktop.since(start).filter { $0.kind == .change || $0.kind == .key }.count >= 118)
  }

  @Test func `a still screen gets keep-alives in time and nothing else`() {
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

  @Test func `the keep-alive's interval is as set`() {
    var settings = PlannerSimulation.settings
    settings.keepAliveInterval = .milliseconds(250)
    var desktop = rested(settings)
    let start = desktop.now
    desktop.run(.seconds(10))
    #expect((39...41).contains(desktop.since(start).count))
  }

  @Test(arguments: [30, 300])
  func `no two key frames are further apart than keyFrameInterval frames, whatever happens`(interval: Int) {
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

  @Test func `time alone makes no key frame`() {
    var settings = PlannerSimulation.settings
    settings.keepAliveInterval = .seconds(100)
    var desktop = rested(settings)
    let start = desktop.now
    desktop.run(.seconds(9000))
    #expect(!desktop.since(start).contains { $0.kind == .key })
  }

  @Test func `a key frame that is asked for comes at once, also on a still screen, and once`() throws {
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

  @Test func `a change that waits goes into the key frame that is asked for`() {
    var desktop = rested()
    let asked = desktop.now
    desktop.planner.change(desktop.area(0..<2, 0..<2), now: asked)
    desktop.planner.requestKeyFrame()
    desktop.run(frame)
    #expect(desktop.since(asked).map(\.kind) == [.key])
  }

  @Test func `pictures of one macroblock work like any other`() {
    var desktop = PlannerSimulation(width: 1, height: 1)
    let all = desktop.all
    desktop.run(.seconds(3), every: frame) { _ in all }
    desktop.run(.seconds(3))
    #expect(desktop.outputs.first?.kind == .key)
    #expect(desktop.outputs.filter { $0.kind == .change }.count >= 80)
    #expect(desktop.blurred.isEmpty)
  }

  @Test(arguments: [(0, 0.0), (-5, -1), (Int.max, 1e12)])
  func `absurd settings do no harm`(bitrate: Int, frameRate: Double) {
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
