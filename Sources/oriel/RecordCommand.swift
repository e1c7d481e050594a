import ArgumentParser
import Foundation
import Oriel

/// `oriel record`: writes a stream of `getDisplayMedia` into a file with `MediaRecorder`.
struct RecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record the desktop, a monitor, a window or a region into a WebM file.",
    discussion: """
      Ends with Ctrl-C, with q, or after --duration; the file is complete in each case. p or SIGUSR1 pauses and \
      resumes, without a gap in the file; m mutes the sound that --audio records.

      Examples:
        oriel record                              the whole desktop, until Ctrl-C
        oriel record talk.webm --monitor HDMI-1   one monitor
        oriel record --window 'Terminal*'         one window, even when it is covered
        oriel record bug.webm --region 800x600+100+50 --duration 30s
        oriel record talk.webm --audio both       this machine's sound and the microphone
        oriel record - | ffplay -                 to another program
      """)

  @Argument(
    help: ArgumentHelp(
      "The file to write, or - for standard output. (default: oriel-YYYYMMDD-HHMMSS.webm)", valueName: "file"),
    completion: .file(extensions: ["webm"]))
  var file: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The same as the argument <file>.", visibility: .hidden))
  var output: String?

  @OptionGroup
  var capture: CaptureOptions

  @Option(
    help: ArgumentHelp("Stop after this time, as in 90s, 2m or 1h; a bare number is seconds.", valueName: "time"),
    transform: Duration.parse)
  var duration: MediaTime?

  @Flag(help: "Replace the file, and that of --ledger, if they exist.")
  var force = false

  @Option(
    help: ArgumentHelp(
      "Write a JSON line for each capture attempt and each frame: its result, and how long each step took.",
      valueName: "file"), completion: .file())
  var ledger: String?

  @Option(
    help: ArgumentHelp(
      "The name of the video track in the file. (default: the monitor's name, or the window's class)",
      valueName: "text"))
  var title: String?

  @OptionGroup(title: "Output")
  var verbosity: VerbosityOptions

  mutating func validate() throws {
    if file != nil, output != nil {
      throw ValidationError("--output names the file a second time; leave out one of them")
    }
    file = file ?? output
    if file == "" { throw ValidationError("the name of the file is empty") }
    if let file { try OutputFormat.webM.check(file) }
    if let ledger {
      if ledger.isEmpty || ledger == "-" { throw ValidationError("--ledger takes the name of a file") }
      if let file, file != "-", Self.resolvedPath(ledger) == Self.resolvedPath(file) {
        throw ValidationError("the recording and its ledger cannot be the same file")
      }
    }
  }

  func run() async throws {
    let signals = Signals()
    let reporter = verbosity.reporter(mediaOnStandardOutput: file.map(isStandardOutput) == true)
    do {
      if let file { try check(file) }
      let request = try capture.request()
      let stream = try await request.openForFile(reporter)
      var options = request.recorderOptions(title: title)
      let outputs = try await outputs(signals, reporter)
      let ledgerFile = try await ledgerFile(signals, reporter)
      if let ledgerFile { options.ledger = { ledgerFile.add($0) } }
      let recorder = try MediaRecorder(stream, options)
      var session = RecordSession(
        stream: stream, sound: request.sound, recorder: recorder, duration: duration, signals: signals,
        reporter: reporter)
      let status = try await session.run(outputs)
      ledgerFile?.finish()
      if status != .finished { throw status.exitCode }
    } catch let failure as Failure {
      throw reporter.fail(failure)
    } catch let error as any CommandFailure {
      throw reporter.fail(error.failure)
    }
  }

  /// The candidates for the output, with their names. The first one whose file does not exist is used.
  private func outputs(_ signals: Signals, _ reporter: Reporter) async throws(Failure) -> AnySequence<
    RecordSession.Output
  > {
    guard let file else {
      return AnySequence(DefaultFileNames(ending: "webm").lazy.map { ($0, .file(path: $0, replacing: false)) })
    }
    if isStandardOutput(file) { return AnySequence([("-", .descriptor(1, name: "standard output"))]) }
    let stream = try await openStream(file, replacing: force, signals: signals, reporter: reporter)
    return AnySequence([(file, stream.map { .descriptor($0, name: file) } ?? .file(path: file, replacing: force))])
  }

  private func ledgerFile(_ signals: Signals, _ reporter: Reporter) async throws(Failure) -> LedgerFile? {
    guard let ledger else { return nil }
    let file = try await createFile(at: [ledger], replacing: force, signals: signals, reporter: reporter)
    return LedgerFile(file, reporter: reporter)
  }

  /// Refuses a terminal and a folder as the output.
  private func check(_ path: String) throws(Failure) {
    if isStandardOutput(path), isatty(1) == 1 {
      throw Failure(
        status: .usage, code: "usage",
        message: "standard output is a terminal, which cannot show a recording; name a file, or pipe it into a program")
    }
    var status = stat()
    if !isStandardOutput(path), path.withPath({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw Failure(
        status: .cannotCreate, code: "create", message: "\(path) is a folder; name a file, as in \(path)/talk.webm")
    }
  }

  /// The absolute path of a file, for comparison: with symbolic links of its folder resolved.
  private static func resolvedPath(_ path: String) -> String {
    let url = URL(filePath: path).absoluteURL.standardizedFileURL
    return url.deletingLastPathComponent().resolvingSymlinksInPath().appending(path: url.lastPathComponent).path
  }
}
