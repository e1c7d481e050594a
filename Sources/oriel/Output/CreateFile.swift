import Foundation
import Oriel

/// Opens a pipe, a device, or a descriptor by its name. For a named pipe it waits for a reader, or for a signal to end.
/// - Returns: a descriptor that the caller closes; nil if `path` is a regular file or does not exist.
/// - Throws: `Failure`.
func openStream(
  _ path: String, replacing: Bool, signals: Signals, reporter: Reporter
) async throws(Failure) -> Int32? {
  try await whenRead(path, signals, reporter) { () throws(NewFile.Failure) in
    try OutputStream.open(path, replacing: replacing)
  }
}

/// Creates a file that only its owner can read, or opens a pipe, a device or a descriptor.
/// - Parameters:
///   - paths: the candidates; the first one without an existing file is used.
///   - replacing: whether the file replaces an existing one when it is published.
/// - Returns: the file, whose descriptor the caller closes.
/// - Throws: `Failure`.
func createFile(
  at paths: some Sequence<String>, replacing: Bool, signals: Signals, reporter: Reporter
) async throws(Failure) -> NewFile {
  var failure = MediaRecorderError.output(.cannotCreate(path: "", errno: ENOENT)).failure
  for path in paths {
    let file = try await whenRead(path, signals, reporter) { () throws(NewFile.Failure) -> NewFile? in
      do throws(NewFile.Failure) {
        return try NewFile(path: path, replacing: replacing)
      } catch {
        guard error.errno == EEXIST else { throw error }
        return nil
      }
    }
    if let file { return file }
    failure = MediaRecorderError.output(.exists(path: path)).failure
  }
  throw failure
}

/// Retries until the named pipe at `path` has a reader.
private func whenRead<Result>(
  _ path: String, _ signals: Signals, _ reporter: Reporter, _ open: () throws(NewFile.Failure) -> Result
) async throws(Failure) -> Result {
  var hasSaid = false
  while true {
    do throws(NewFile.Failure) {
      return try open()
    } catch {
      guard error.isUnreadPipe else {
        throw MediaRecorderError.output(.cannotCreate(path: path, errno: error.errno)).failure
      }
    }
    // From here on the loop below reacts to signals.
    signals.beginHandling()
    if !hasSaid { reporter.say("Waiting until something reads the pipe \(printable(path)); Ctrl-C ends it") }
    hasSaid = true
    guard !signals.isEnding else {
      throw Failure(
        status: .unavailable, code: "interrupted",
        message: "nothing read the pipe \(path) before it was interrupted; nothing was recorded")
    }
    try? await Task.sleep(for: .milliseconds(20))
  }
}
