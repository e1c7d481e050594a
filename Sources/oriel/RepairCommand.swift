import ArgumentParser
import Foundation
import Oriel

/// `oriel repair`: makes an interrupted recording seekable, without re-encoding.
struct RepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Make an interrupted or damaged WebM file complete and seekable.",
    discussion: """
      For recordings that a crash or a power cut interrupted, also those of browsers and ffmpeg. Nothing is encoded \
      again: the file gets its length and an index, and a half-written end is removed. A healthy file is left \
      untouched.

      Examples:
        oriel repair talk.webm                         in place
        oriel repair talk.webm --output mended.webm    the original stays as it is
      """)

  @Argument(help: ArgumentHelp("The file to repair.", valueName: "file"))
  var file: String

  @Option(help: ArgumentHelp("Write the repaired file here, and leave the original as it is.", valueName: "file"))
  var output: String?

  @Flag(help: "Replace the output if it exists.")
  var force = false

  @Flag(help: "Print one JSON object instead of text.")
  var json = false

  @Flag(help: "Print errors only.")
  var quiet = false

  func validate() throws {
    if json, quiet { throw ValidationError("--json and --quiet contradict each other; give one of them.") }
    if force, output == nil { throw ValidationError("--force replaces the file of --output; give --output, too.") }
    if output == "-" || file == "-" {
      throw ValidationError("repair changes a file in place, so standard input and output do not work; name a file.")
    }
  }

  func run() throws {
    let reporter = Reporter(style: json ? .json(.standardOutput) : quiet ? .quiet : .text)
    // Above a file size limit the write then fails with an error that can be reported; the signal would end the
    // process.
    signal(SIGXFSZ, SIG_IGN)
    do {
      let outcome = try RecordingRepair.repair(file, to: output, replacing: force)
      if json { try StandardOutput.print(jsonLine(RepairEvent(outcome, file: file, output: output))) }
      reporter.say("\(printable(file)): \(sentence(outcome))")
    } catch let failure as Failure {
      throw reporter.fail(failure)
    } catch let error as any CommandFailure {
      throw reporter.fail(error.failure)
    }
  }

  private func sentence(_ outcome: RepairOutcome) -> String {
    let into = output.map { " into \(printable($0))" } ?? ""
    let length = Progress.clock(outcome.duration.seconds)
    if outcome.way == .healthy {
      return "healthy, \(length) long; " + (output == nil ? "left untouched" : "copied\(into) as it is")
    }
    var parts = ["repaired\(into): \(length) long"]
    parts.append(counted(outcome.indexed, outcome.indexesKeyFrames ? "key frame" : "place") + " indexed")
    let dropped = counted(outcome.droppedBytes, "byte")
    switch outcome.tail {
    case .whole: break
    case .halfBlock: parts.append("\(dropped) of a half-written block dropped")
    case .zeros: parts.append("\(dropped) of zeros at the end dropped")
    case .other: parts.append("\(dropped) at the end, which held no complete frame, dropped")
    }
    if outcome.skippedPlaces > 0 {
      parts.append(
        "\(counted(outcome.skippedBytes, "damaged byte")) in \(counted(outcome.skippedPlaces, "place")) skipped")
    }
    return parts.joined(separator: ", ")
  }

  private func counted(_ count: some BinaryInteger, _ thing: String) -> String {
    count == 1 ? "1 \(thing)" : "\(count) \(thing)s"
  }
}

/// What `oriel repair --json` prints.
private struct RepairEvent: Encodable {
  let event = "repair"
  let file, output, result: String
  let durationSeconds: Double
  let indexed: Int
  let tail: String
  let droppedBytes, skippedBytes: UInt64
  let skippedPlaces: Int

  init(_ outcome: RepairOutcome, file: String, output: String?) {
    self.file = file.readablePath
    self.output = (output ?? file).readablePath
    result = outcome.way.rawValue
    durationSeconds = rounded(outcome.duration.seconds, 3)
    indexed = outcome.indexed
    tail = outcome.tail.rawValue
    droppedBytes = outcome.droppedBytes
    skippedBytes = outcome.skippedBytes
    skippedPlaces = outcome.skippedPlaces
  }
}

extension RepairError: CommandFailure {
  var failure: Failure {
    switch self {
    case .cannotOpen: Failure(status: .noInput, code: "noInput", message: description)
    case .notWebM: Failure(status: .wrongData, code: "notWebM", message: description)
    case .exists:
      Failure(status: .cannotCreate, code: "create", message: "\(description), or replace it with --force")
    case .cannotCreate:
      Failure(status: .cannotCreate, code: "create", message: "\(description); name another with --output")
    case .busy: Failure(status: .writeFailed, code: "busy", message: description)
    case .noRoom:
      Failure(
        status: .writeFailed, code: "writeFailed",
        message: "\(description), or name a file on another disk with --output")
    case .readFailed, .writeFailed:
      Failure(status: .writeFailed, code: "writeFailed", message: description)
    }
  }
}
