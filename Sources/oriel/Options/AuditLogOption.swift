import ArgumentParser
import Oriel

/// Where a room server writes down who came and went.
struct AuditLogOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Where to write down who joined, left, was removed or was refused: a JSON object a line, with addresses and rooms but no \
      secret. The file is appended to; SIGHUP opens it anew, for logrotate.
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
        status: .cannotCreate, code: "log", message: "\(error.description); name a file that may be written with --log")
    }
  }
}
