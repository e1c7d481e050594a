package import Foundation
import Glibc

/// A PulseAudio for one test, in a folder of its own: with null sinks, which consume sound in real time, and without the
/// user's configuration. Clients connect to `address`.
package final class PulseServer: Sendable {
  /// A socket, in the format of `$PULSE_SERVER`.
  package let address: String
  private let directory: TemporaryDirectory
  private let program: Watched<Program>
  private let arguments: [String]

  /// Starts it and waits until it accepts clients.
  /// - Parameters:
  ///   - sinks: the names of its outputs; the first is the default. An output's sound is recorded from `NAME.monitor`.
  ///   - microphone: the name of the default input, which captures what is played to the output `NAME-in`. Nil for none.
  /// - Throws: `HarnessError` when PulseAudio is not installed or does not start.
  package init(sinks: [String] = ["desk"], microphone: String? = nil) async throws {
    guard let executable = Executables.installed("pulseaudio") else {
      throw HarnessError("pulseaudio is not installed")
    }
    directory = try TemporaryDirectory()
    let socket = directory.file("native").path
    address = "unix:\(socket)"
    let format = "rate=48000 format=float32le channels=2"
    let outputs = sinks + (microphone.map { ["\($0)-in"] } ?? [])
    var script = ["load-module module-native-protocol-unix auth-anonymous=1 socket=\(socket)"]
    script += outputs.map {
      "load-module module-null-sink sink_name=\($0) sink_properties=device.description=\($0) \(format)"
    }
    if let microphone {
      script.append("load-module module-remap-source master=\(microphone)-in.monitor source_name=\(microphone)")
      script.append("set-default-source \(microphone)")
    }
    if let first = sinks.first { script.append("set-default-sink \(first)") }
    let file = directory.file("start.pa")
    try script.joined(separator: "\n").appending("\n").write(to: file, atomically: false, encoding: .utf8)
    arguments = [
      executable, "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--realtime=no",
      "--high-priority=no", "--disallow-exit", "-F", file.path,
    ]
    program = Watched(try Self.start(arguments, directory))
    try await waitUntilItAnswers()
  }

  /// The environment for programs that play and record here.
  package var environment: [String: String] { Self.environment(directory).merging(["PULSE_SERVER": address]) { $1 } }

  package var pid: pid_t { program.current.pid }
  package var cpuSeconds: Double { program.current.resourceUse.cpuSeconds }

  /// Runs `pactl`, with arguments such as `"set-default-sink", "other"`.
  @discardableResult
  package func control(_ arguments: String...) async throws -> String {
    try await Program.run("pactl", ["-s", address] + arguments, environment: environment)
  }

  /// Adds an output.
  /// - Returns: the index of its module, for `pactl unload-module`.
  package func addSink(_ name: String) async throws -> String {
    try await control(
      "load-module", "module-null-sink", "sink_name=\(name)", "sink_properties=device.description=\(name)",
      "rate=48000",
      "format=float32le", "channels=2"
    ).trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Sends it a signal, such as SIGSTOP to make it hang.
  package func signal(_ signal: Int32) { program.current.signal(signal) }

  /// Kills it, like a crash.
  package func stop() async throws { try await program.current.stop(SIGKILL) }

  /// Starts it again at the same address, after `stop`.
  package func start() async throws {
    try? FileManager.default.removeItem(at: directory.file("native"))
    let fresh = try Self.start(arguments, directory)
    program.update { $0 = fresh }
    try await waitUntilItAnswers()
  }

  /// Starts playing interleaved samples at 48 kHz.
  /// - Parameters:
  ///   - sink: the output's name; nil for the default one.
  ///   - wrapper: a command that executes the player, such as `["sh", "-c", "\"$@\" & wait", "sh"]`.
  ///   - channels: the channel map, in PulseAudio's names.
  ///   - buffer: how much the server has in advance, in milliseconds: a player that is delayed for longer breaks the sound.
  package func play(
    _ samples: [Float], on sink: String? = nil, wrapper: [String] = [],
    channels: [String] = ["front-left", "front-right"], buffer: Int = 400
  ) throws -> Program {
    try Self.play(
      samples, at: address, environment, in: directory, on: sink, wrapper: wrapper, channels: channels, buffer: buffer)
  }

  static func play(
    _ samples: [Float], at address: String, _ environment: [String: String], in directory: TemporaryDirectory,
    on sink: String?, wrapper: [String], channels: [String] = ["front-left", "front-right"], buffer: Int = 400
  ) throws -> Program {
    let file = directory.file("\(UUID().uuidString).raw")
    try samples.withUnsafeBytes { Data($0) }.write(to: file)
    let command =
      wrapper + [
        "pacat", "-s", address, "--playback", "--raw", "--format=float32le", "--rate=48000",
        "--channels=\(channels.count)", "--channel-map=\(channels.joined(separator: ","))", "--latency-msec=\(buffer)",
      ] + (sink.map { ["--device=\($0)"] } ?? []) + [file.path]
    return try Program(command[0], Array(command.dropFirst()), environment: environment)
  }

  static func environment(_ directory: TemporaryDirectory) -> [String: String] {
    let path = directory.url.path
    return [
      "HOME": path, "XDG_RUNTIME_DIR": path, "XDG_CONFIG_HOME": path, "PULSE_RUNTIME_PATH": path,
      "PULSE_STATE_PATH": path,
      "PULSE_COOKIE": path + "/cookie", "DBUS_SESSION_BUS_ADDRESS": "disabled:", "PULSE_SERVER": "",
    ]
  }

  private static func start(_ arguments: [String], _ directory: TemporaryDirectory) throws -> Program {
    var own = environment(directory)
    own["PULSE_SERVER"] = nil
    return try Program(arguments[0], Array(arguments.dropFirst()), environment: own)
  }

  private func waitUntilItAnswers() async throws {
    try await eventually("pulseaudio, which said: \(program.current.errorOutput)") {
      (try? await control("info")) != nil
    }
  }
}
