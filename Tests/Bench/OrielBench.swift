import ArgumentParser
import Foundation
import Harness
import Scenes

/// `oriel-bench`: compares the cost and quality of recording a desktop between Oriel and other recorders.
@main
struct OrielBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "oriel-bench",
    abstract: "Compares recorders on known desktops: CPU, frames, bytes, memory, sharpness, start.",
    discussion: """
      Every recorder records 1920x1080 at 30 fps and 2.5 Mbit/s, alone on an Xvfb of its own. CPU is in CPU seconds per \
      second in steady state: a long run less a short one. Run it in release mode on an idle machine; it takes about \
      a quarter of an hour.
      """)

  static let scenes: [SceneName] = [.idleClock, .typing, .scroll, .movingWindow, .video, .fullMotion, .busy]

  @Option(name: .customLong("scene"), help: "A scene to run; repeatable (default: all).")
  var sceneNames: [String] = []

  @Option(
    name: .customLong("variant"),
    help: ArgumentHelp(
      "plain, sound (with system audio) or window (the scene recorded as a window); repeatable (default: plain, "
        + "also sound for idle-clock and window for scroll)."))
  var variants: [Scenario.Variant] = []

  @Option(name: .customLong("recorder"), help: "A recorder to run; repeatable (default: all that are installed).")
  var recorderNames: [RecorderName] = []

  @Option(help: "The oriel to measure (default: of this build).")
  var oriel: String?

  @Option(help: "A preset for oriel, as it is, instead of 30 fps and 2.5 Mbit/s.")
  var preset: String?

  @Option(help: "One more argument for oriel; repeatable.")
  var orielArgument: [String] = []

  @Option(help: "Write the figures to this file as JSON.")
  var output: String?

  @Option(help: "Leave the recordings in this folder.")
  var keep: String?

  @Flag(help: "Short runs, to try the benchmark itself.")
  var quick = false

  @Flag(inversion: .prefixedNo, help: "Measure the time to the first frame.")
  var firstFrame = true

  func validate() throws {
    for name in sceneNames where SceneName(rawValue: name) == nil {
      let known = SceneName.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("There is no scene \(name); the scenes are \(known).")
    }
  }

  func run() async throws {
    Interruption.handleSignals()
    let plan = quick ? Plan.quick : Plan()
    let benchmark = Benchmark(
      plan: plan, scenesExecutable: try Executables.product("oriel-scenes"),
      recordingsFolder: keep.map { URL(filePath: $0) })
    let scenes = sceneNames.isEmpty ? Self.scenes : sceneNames.compactMap(SceneName.init)
    var report = Report(plan: plan)
    var recorders: [any Recorder] = []
    for recorder in try installedRecorders() {
      recorders.append(recorder)
      let version = (try? await recorder.version()) ?? "?"
      report.recorders.append(.init(recorder: recorder.name, version: version, settings: recorder.settings))
    }
    for scene in scenes {
      progress("\(scene.rawValue), no recorder")
      let baseline = try await benchmark.baseline(scene)
      report.baselines.append(baseline)
      for variant in variants.isEmpty ? Self.defaultVariants(of: scene) : variants {
        let scenario = Scenario(scene: scene, variant: variant)
        for recorder in recorders where recorder.records(variant) {
          progress("\(scenario.title), \(recorder.name.title)")
          report.results.append(await benchmark.measure(recorder, scenario, baseline: baseline))
        }
      }
    }
    if firstFrame {
      for recorder in recorders {
        progress("first frame, \(recorder.name.title)")
        report.firstFrames.append(await benchmark.firstFrame(recorder))
      }
    }
    print(report.markdown)
    if let output { try report.write(to: URL(filePath: output)) }
    for failure in report.failures { progress("failed: \(failure)") }
    if !report.failures.isEmpty { throw ExitCode.failure }
  }

  /// The default variants of a scene: the cost of sound is clearest where little else happens, that of a window where much
  /// of it changes.
  private static func defaultVariants(of scene: SceneName) -> [Scenario.Variant] {
    switch scene {
    case .idleClock: [.plain, .sound]
    case .scroll: [.plain, .window]
    default: [.plain]
    }
  }

  private func installedRecorders() throws -> [any Recorder] {
    let wanted = recorderNames.isEmpty ? RecorderName.allCases : recorderNames
    return try wanted.compactMap { name -> (any Recorder)? in
      let recorder = try recorder(name)
      if recorder == nil { progress("\(name.title) is not installed: skipped") }
      return recorder
    }
  }

  private func recorder(_ name: RecorderName) throws -> (any Recorder)? {
    switch name {
    case .oriel: CommandRecorder.oriel(try oriel ?? Executables.product("oriel"), preset: preset, more: orielArgument)
    case .ffmpeg: Executables.installed("ffmpeg").map(CommandRecorder.ffmpeg)
    case .gstreamer: Executables.installed("gst-launch-1.0").map(CommandRecorder.gstreamer)
    case .chromium: Chromium.isInstalled ? ChromiumRecorder() : nil
    }
  }

  private func progress(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
  }
}
