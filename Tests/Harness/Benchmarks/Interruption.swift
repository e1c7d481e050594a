import Dispatch
import Glibc

/// Ends everything the benchmark started when a signal ends it.
package enum Interruption {
  nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

  /// To be called once, before anything is started.
  package static func watch() {
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
