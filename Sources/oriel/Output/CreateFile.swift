import Foundation
import Oriel

/// Opens what takes a stream as it is: a pipe, a device, a descriptor by its name. For a named pipe it waits until something
/// reads it, or until a signal ends that.
/// - Returns: a descriptor that is the caller's to close; nil where there is a file, or nothing yet.
/// - Throws: `Failure`.
func openStream(
  _ path: String, replacing: Bool, signals: Signals, reporter: Reporter
) async throws(Failure) -> Int32? {
  try await whenRead(path, signals, reporter) { () throws(NewFile.Failure) in
    try OutputStream.open(path, replacing: replacing)
  }
}

/// Makes a file, readable by its owner alone, or opens what takes a stream.
/// - Parameters:
///   - paths: where it may be: at the first where none is yet.
///   - replacing: whether it takes the place of a file that is there, once it is published.
/// - Returns: the file, whose descriptor is the caller's to close.
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

/// Tries again until the named pipe at `path` is read.
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
    // What would end the process is dealt with here.
    signals.hear()
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
