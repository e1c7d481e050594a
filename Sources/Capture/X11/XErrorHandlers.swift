import CX11
import Media

/// The one owner of Xlib's error handlers, which belong to the whole process.
///
/// The errors of adopted connections are kept for `takeError`. Those of other connections in the process go to the handler that
/// was installed before, so a program that embeds the library keeps its own error handling.
enum XErrorHandlers {
  private struct Entry {
    var error: XRequestError?
    var broken = false
  }

  private struct State {
    var entries: [OpaquePointer: Entry] = [:]
    var areInstalled = false
    var previousForErrors: XErrorHandler?
    var previousForConnections: XIOErrorHandler?
  }

  private static let state = Monitor(State())

  /// Handles a connection's errors from now on. By default Xlib ends the process on any error.
  static func adopt(_ display: OpaquePointer) {
    state.withLock { state in
      state.entries[display] = Entry()
      guard !state.areInstalled else { return }
      state.areInstalled = true
      state.previousForErrors = XSetErrorHandler { display, event in
        guard let display, let event else { return 0 }
        return XErrorHandlers.handle(display, event)
      }
      state.previousForConnections = XSetIOErrorHandler { display in
        guard let display else { return 0 }
        return XErrorHandlers.handleLoss(display)
      }
    }
    // Called after the handler above; that it returns is what keeps the process alive (libX11 1.7).
    XSetIOErrorExitHandler(display, { _, _ in }, nil)
  }

  /// Stops handling the errors of a closed connection.
  static func release(_ display: OpaquePointer) {
    state.withLock { _ = $0.entries.removeValue(forKey: display) }
  }

  static func takeError(_ display: OpaquePointer) -> XRequestError? {
    state.withLock { state in
      defer { state.entries[display]?.error = nil }
      return state.entries[display]?.error
    }
  }

  static func isBroken(_ display: OpaquePointer) -> Bool {
    state.withLock { $0.entries[display]?.broken ?? true }
  }

  private static func handle(_ display: OpaquePointer, _ event: UnsafeMutablePointer<XErrorEvent>) -> Int32 {
    let error = XRequestError(
      code: event.pointee.error_code, request: event.pointee.request_code, minor: event.pointee.minor_code)
    let (isOurs, previous) = state.withLock { state in
      guard var entry = state.entries[display] else { return (false, state.previousForErrors) }
      entry.error = entry.error ?? error
      state.entries[display] = entry
      return (true, nil)
    }
    return isOurs ? 0 : previous?(display, event) ?? 0
  }

  private static func handleLoss(_ display: OpaquePointer) -> Int32 {
    let (isOurs, previous) = state.withLock { state in
      guard state.entries[display] != nil else { return (false, state.previousForConnections) }
      state.entries[display]?.broken = true
      return (true, nil)
    }
    return isOurs ? 0 : previous?(display) ?? 0
  }
}

/// The X server's error reply to a request. Source: X Window System Protocol, "Errors".
struct XRequestError: Error, Equatable {
  /// Which error, such as 8 for BadMatch.
  var code: UInt8
  /// The request's major opcode.
  var request: UInt8
  /// The request's minor opcode, of an extension's requests.
  var minor: UInt8
}
