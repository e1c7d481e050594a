import Foundation
import Harness
import Media
import Scenes

/// Runs the recordings one after the other, each with an X server and a scene of its own.
struct Benchmark {
  let plan: Plan
  /// The path of `oriel-scenes`.
  let scenesExecutable: String
  /// The folder to copy the recordings to; nil to delete them.
  let recordingsFolder: URL?
  let screen = PixelSize(width: 1920, height: 1080)
  let framesPerSecond = 30

  /// Measures the X server's CPU use for a scene without a recorder.
  func baseline(_ scene: SceneName) async throws -> Baseline {
    let server = try await startServer()
    let drawing = try await draw(scene, on: server)
    let before = (time: MonotonicClock.seconds, cpu: server.cpuSeconds)
    try await MonotonicClock.sleep(until: before.time + plan.baseline)
    let cpu = server.cpuSeconds - before.cpu
    let result = Baseline(scene: scene.rawValue, serverCPU: cpu / (MonotonicClock.seconds - before.time))
    try await drawing.stop()
    try await server.stop()
    return result
  }

  /// Measures all figures of a recorder on a scene, except for the time to its first frame.
  func measure(_ recorder: any Recorder, _ scenario: Scenario, baseline: Baseline?) async -> SceneResult {
    var result = SceneResult(scene: scenario.title, recorder: recorder.name)
    do {
      try await measureSteadyState(recorder, scenario, baseline: baseline, into: &result)
    } catch {
      result.failures.append("\(error)")
    }
    do {
      try await measureRest(recorder, scenario, into: &result)
    } catch {
      result.failures.append("\(error)")
    }
    return result
  }

  /// Measures the time from launch to the first frame, `plan.launches` times.
  func firstFrame(_ recorder: any Recorder) async -> FirstFrame {
    var result = FirstFrame(recorder: recorder.name)
    for _ in 0..<plan.launches {
      do {
        result.milliseconds.append(try await firstFrameOnce(recorder))
      } catch {
        result.failures.append("\(error)")
      }
    }
    return result
  }

  private func measureSteadyState(
    _ recorder: any Recorder, _ scenario: Scenario, baseline: Baseline?, into result: inout SceneResult
  ) async throws {
    let folder = try TemporaryDirectory()
    let short = try await record(recorder, scenario, for: plan.shortRun, to: folder.file("short.webm"))
    let long = try await record(recorder, scenario, for: plan.longRun, to: folder.file("long.webm"))
    try keep([short.file, long.file], recorder, scenario)
    let seconds = long.seconds - short.seconds
    result.recorderCPU = (long.use.cpuSeconds - short.use.cpuSeconds) / seconds
    let serverCPU =
      (long.serverCPUSeconds - short.serverCPUSeconds) / (long.serverSeconds - short.serverSeconds)
    result.serverCPU = serverCPU
    result.serverCPUAdded = baseline.map { serverCPU - $0.serverCPU }
    result.peakResidentBytes = long.use.peakResidentBytes
    let bytes = try long.bytes
    result.bytes = bytes
    result.bytesPerSecond = Double(bytes) / long.seconds
    result.steadyBytesPerSecond = Double(try long.bytes - short.bytes) / seconds
    let delivery = try await Delivery(of: long, scene: scenario.scene, screen: screen)
    result.delivery = delivery
    if delivery.stepsKept > 0 { result.bytesPerStep = Double(bytes) / Double(delivery.stepsKept) }
  }

  /// Records until a little after the end of motion, and compares the last frame with the screen.
  private func measureRest(
    _ recorder: any Recorder, _ scenario: Scenario, into result: inout SceneResult
  ) async throws {
    let folder = try TemporaryDirectory()
    let (file, picture) = (folder.file("rest.webm"), folder.file("screen.png"))
    let server = try await startServer()
    let (session, drawing, sound) = try await setUp(
      recorder, scenario, on: server, file: file, stopAfter: plan.motion)
    defer { sound?.player.kill() }
    _ = try await session.start()
    try await MonotonicClock.sleep(until: drawing.ready + plan.motion + 0.05)
    guard let last = try drawing.steps.last else { throw HarnessError("the scene drew nothing") }
    try await MonotonicClock.sleep(until: MonotonicClock.seconds + plan.rest - last.age)
    result.restSeconds = last.age
    _ = try await session.stop()
    try await server.screenshot(to: picture, pointer: true)
    try await session.close()
    try await drawing.stop()
    try await server.stop()
    try keep([file, picture], recorder, scenario)
    var lastFrame: DecodedFrame?
    for try await frame in try await FFmpeg.frames(of: file, as: .luma) { lastFrame = frame }
    guard let lastFrame else { throw HarnessError("the recording has no frame") }
    result.restSSIM = try await FFmpeg.lumaSSIM(of: lastFrame, to: picture)
  }

  private func firstFrameOnce(_ recorder: any Recorder) async throws -> Double {
    let folder = try TemporaryDirectory()
    let run = try await record(recorder, Scenario(scene: .testCard), fps: 60, for: 1.5, to: folder.file("first.webm"))
    let frames = try await FFmpeg.frames(of: run.file, as: .luma)
    guard let frame = try await frames.first(where: { _ in true }) else {
      throw HarnessError("the recording has no frame")
    }
    let plane = LumaPlane(samples: frame.bytes, width: frame.width, height: frame.height)
    guard let shown = Barcode.decode(plane, of: .testCard, screen: screen) else {
      throw HarnessError("the first frame has no readable barcode")
    }
    let launched = UInt32(truncatingIfNeeded: Int64(run.launched * 1000))
    return Double(Int32(bitPattern: shown &- launched))
  }

  /// Records a moving scene for a duration in seconds, counted from the launch.
  private func record(
    _ recorder: any Recorder, _ scenario: Scenario, fps: Int? = nil, for seconds: Double, to file: URL
  ) async throws -> RecordingRun {
    let server = try await startServer()
    let (session, drawing, sound) = try await setUp(recorder, scenario, on: server, file: file, fps: fps)
    defer { sound?.player.kill() }
    let serverBefore = (time: MonotonicClock.seconds, cpu: server.cpuSeconds)
    let launched = try await session.start()
    try await MonotonicClock.sleep(until: launched + seconds)
    let stopped = MonotonicClock.seconds
    let use = try await session.stop()
    let run = RecordingRun(
      launched: launched, seconds: stopped - launched, use: use,
      serverCPUSeconds: server.cpuSeconds - serverBefore.cpu,
      serverSeconds: MonotonicClock.seconds - serverBefore.time, file: file, steps: try drawing.steps)
    try await session.close()
    try await drawing.stop()
    try await server.stop()
    return run
  }

  /// Starts a server, with the pointer in a corner where no scene draws its barcode.
  private func startServer() async throws -> XServer {
    let server = try await XServer(width: screen.width, height: screen.height)
    try server.movePointer(x: screen.width - 16, y: 16)
    return server
  }

  /// A sound server and a player of noise.
  typealias Noise = (server: PulseServer, player: Program)

  /// Prepares the recorder, and starts the scene and, for the sound variant, the noise.
  private func setUp(
    _ recorder: any Recorder, _ scenario: Scenario, on server: XServer, file: URL, fps: Int? = nil,
    stopAfter: Double? = nil
  ) async throws -> (any RecordingSession, Scene, Noise?) {
    var task = RecordingTask(display: server.display, file: file)
    var noise: Noise?
    if scenario.variant == .sound {
      let sound = try await PulseServer(sinks: [RecordingTask.sink])
      task.soundServer = sound
      noise = (sound, try sound.playNoise(seconds: plan.longRun + 20))
    }
    guard scenario.variant == .window else {
      let session = try await recorder.prepare(task)
      return (session, try await draw(scenario.scene, on: server, fps: fps, stopAfter: stopAfter), noise)
    }
    // The recorder needs the window's id, so the scene comes first.
    let drawing = try await draw(scenario.scene, on: server, fps: fps, stopAfter: stopAfter)
    task.window = try await topWindow(of: server)
    return (try await recorder.prepare(task), drawing, noise)
  }

  /// The id of the window that covers the screen.
  private func topWindow(of server: XServer) async throws -> String {
    let tree = try await Program.run("xwininfo", ["-display", server.display, "-root", "-children"])
    let line = tree.split(separator: "\n").first { $0.contains("\(screen.width)x\(screen.height)+0+0") }
    guard let id = line?.split(separator: " ").first, id.hasPrefix("0x") else {
      throw HarnessError("no window covers the screen:\n\(tree)")
    }
    return String(id)
  }

  private func keep(_ files: [URL], _ recorder: any Recorder, _ scenario: Scenario) throws {
    guard let recordingsFolder else { return }
    try FileManager.default.createDirectory(at: recordingsFolder, withIntermediateDirectories: true)
    for file in files {
      let copy = recordingsFolder.appending(
        path: "\(scenario.scene.rawValue)-\(scenario.variant)-\(recorder.name.rawValue)-\(file.lastPathComponent)")
      try? FileManager.default.removeItem(at: copy)
      try FileManager.default.copyItem(at: file, to: copy)
    }
  }

  /// Starts the scene; when its motion does not stop, waits 300 ms for its start to be over.
  private func draw(
    _ scene: SceneName, on server: XServer, fps: Int? = nil, stopAfter: Double? = nil
  ) async throws -> Scene {
    let drawing = try await Scene(
      scene, on: server.display, fps: fps ?? framesPerSecond, stopAfter: stopAfter, executable: scenesExecutable)
    if stopAfter == nil { try await Task.sleep(for: .milliseconds(300)) }
    return drawing
  }
}
