import ArgumentParser
import Oriel

/// An error that ends the command: one sentence for a person, a code for a program, and the exit status.
struct Failure: Error {
  /// The codes of sysexits(3) that Oriel uses.
  enum Status: Int32 {
    case finished = 0
    case usage = 64
    case wrongData = 65
    case noInput = 66
    case unavailable = 69
    case software = 70
    case cannotCreate = 73
    case writeFailed = 74
    case refused = 77

    var exitCode: ExitCode { ExitCode(rawValue) }
  }

  let status: Status
  let code: String
  let message: String
}

/// An error of the library that maps to a `Failure`, whose message adds which option helps.
protocol CommandFailure: Error {
  var failure: Failure { get }
}

extension DisplayMediaError: CommandFailure {
  var failure: Failure {
    switch reason {
    case .displayUnreachable, .displayUnsupported: Failure(status: .unavailable, code: "display", message: message)
    case .soundServerUnreachable, .soundSourceUnreadable:
      Failure(status: .unavailable, code: "sound", message: message)
    case .soundSourceNotFound: Failure(status: .noInput, code: "sound", message: message)
    case .surfaceNotFound: Failure(status: .noInput, code: "surface", message: message)
    case .surfaceExcluded:
      Failure(status: .usage, code: "usage", message: "\(message); leave out --exclude or --window")
    case .invalidOption: Failure(status: .usage, code: "usage", message: message)
    }
  }
}

extension MediaRecorderError: CommandFailure {
  var failure: Failure {
    switch self {
    case .output(.exists):
      Failure(status: .cannotCreate, code: "create", message: "\(description), or replace it with --force")
    case .output(.cannotCreate), .output(.noReader):
      Failure(status: .cannotCreate, code: "create", message: description)
    case .output(.writeFailed): Failure(status: .writeFailed, code: "writeFailed", message: description)
    case .output(.deleted), .output(.overwritten): Failure(status: .writeFailed, code: "fileLost", message: description)
    case .output(.diskNearlyFull): Failure(status: .writeFailed, code: "diskNearlyFull", message: description)
    case .unknown: Failure(status: .software, code: "encoder", message: description)
    default: Failure(status: .software, code: name, message: description)
    }
  }
}
