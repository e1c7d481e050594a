import Dispatch
import Glibc

/// Cleans up after the benchmark when a signal ends it: kills the programs it started.
package enum Interruption {
  nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

  /// Installs the handlers of SIGINT, SIGTERM and SIGHUP. Called once, before any program is started.
  package static func handleSignals() {
    sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        Cleanup.runAll()
        _exit(128 + number)
      }
      source.resume()
      return source
    }
  }
}
