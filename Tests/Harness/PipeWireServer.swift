import Foundation

/// A PipeWire for one test, with pipewire-pulse for PulseAudio clients, the session manager that connects them (wireplumber)
/// and the session bus that it needs. Clients connect to `address`.
package final class PipeWireServer: Sendable {
  /// A socket, in the format of `$PULSE_SERVER`.
  package let address: String
  private let directory: TemporaryDirectory
  private let program: Program

  /// Starts it and waits until its outputs exist.
  /// - Parameter sinks: the names of its outputs; the first is the default one.
  /// - Throws: `HarnessError` when one of its programs is not installed or does not start.
  package init(sinks: [String] = ["desk"]) async throws {
    for name in ["pipewire", "pipewire-pulse", "wireplumber", "dbus-run-session"]
    where Executables.installed(name) == nil {
      throw HarnessError("\(name) is not installed")
    }
    directory = try TemporaryDirectory()
    address = "unix:\(directory.file("native").path)"
    var own = PulseServer.environment(directory)
    own["PIPEWIRE_RUNTIME_DIR"] = directory.url.path
    let script = """
      pipewire & while ! [ -S "$XDG_RUNTIME_DIR/pipewire-0" ]; do sleep 0.02; done
      wireplumber & exec pipewire-pulse
      """
    program = try Program("dbus-run-session", ["--", "sh", "-c", script], environment: own)
    try await retry("server") { try await control("info") }
    for sink in sinks {
      try await control("load-module", "module-null-sink", "sink_name=\(sink)", "rate=48000", "channels=2")
    }
    if let first = sinks.first { try await retry("default output") { try await control("set-default-sink", first) } }
  }

  package var environment: [String: String] {
    PulseServer.environment(directory).merging(["PULSE_SERVER": address]) { $1 }
  }

  /// Runs `pactl`.
  @discardableResult
  package func control(_ arguments: String...) async throws -> String {
    try await Program.run("pactl", ["-s", address] + arguments, environment: environment)
  }

  /// Plays samples, like `PulseServer.play`.
  package func play(_ samples: [Float], on sink: String? = nil) throws -> Program {
    try PulseServer.play(samples, at: address, environment, in: directory, on: sink, wrapper: [])
  }

  /// Retries until an attempt succeeds: PipeWire is not ready at first.
  private func retry(_ what: String, _ attempt: () async throws -> String) async throws {
    try await eventually("PipeWire's \(what), which said: \(program.errorOutput)") { (try? await attempt()) != nil }
  }
}
