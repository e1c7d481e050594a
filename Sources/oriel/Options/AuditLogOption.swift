import ArgumentParser
import Oriel

/// The audit log of a room server.
struct AuditLogOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Log who joined, left, was removed or was refused, into this file: one JSON object per line, with addresses and \
      rooms, without secrets. Lines are appended; SIGHUP reopens the file, for logrotate.
      """, valueName: "file"), completion: .file())
  var log: String?

  func validate() throws {
    if log == "-" { throw ValidationError("--log takes the name of a file; standard output is /dev/stdout") }
  }

  /// - Throws: `Failure` where the file cannot be written.
  func open(_ reporter: Reporter) throws(Failure) -> AuditLog? {
    guard let log else { return nil }
    do throws(AuditLogError) {
      return try AuditLog(path: log) { reporter.warn($0, code: "log") }
    } catch {
      throw Failure(
        status: .cannotCreate, code: "log", message: "\(error.description); give --log a file that you can write")
    }
  }
}
