import ArgumentParser
import Oriel

/// `oriel record`: a stream from `getDisplayMedia`, into a file by `MediaRecorder`.
struct RecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record the desktop, a monitor or a region into a WebM file.",
    discussion: """
      Ends with Ctrl-C, with q, or after --duration; the file is finished whichever way. p or SIGUSR1 pauses and \
      resumes, without a gap in the file. There is no sound yet.

      Examples:
        oriel record                              the whole desktop, until Ctrl-C
        oriel record talk.webm --monitor HDMI-1   one monitor
        oriel record bug.webm --region 800x600+100+50 --duration 30s
        oriel record - | ffplay -                 to another program
      """)

  @Argument(
    help: ArgumentHelp(
      "The file to make, or - for standard output. (default: oriel-YYYYMMDD-HHMMSS.webm)", valueName: "file"))
  var file: String?

  @OptionGroup(title: "What to capture")
  var surface: SurfaceOptions

  @OptionGroup(title: "How to encode")
  var quality: QualityOptions

  @Option(
    help: ArgumentHelp("Stop after 90s, 2m or 1h; a bare number is seconds.", valueName: "time"),
    transform: Duration.parse)
  var duration: MediaTime?

  @Flag(help: "Replace the file if it exists, and the ledger too.")
  var force = false

  @Option(
    help: ArgumentHelp(
      "Write one JSON line for each look at the screen and each frame: what became of it and what it took.",
      valueName: "file"))
  var ledger: String?

  @OptionGroup(title: "What to say")
  var verbosity: VerbosityOptions

  func run() async throws {
    let signals = Signals()
    let path = file ?? defaultFileName()
    let toStandardOutput = path == "-"
    let reporter = verbosity.reporter(mediaOnStandardOutput: toStandardOutput)
    do {
      let (encoding, display) = try quality.resolve(surface)
      let stream = try await MediaDevices.getDisplayMedia(display)
      var options = MediaRecorderOptions()
      options.encoding = encoding
      options.writingApplication = "Oriel \(OrielCommand.version)"
      let ledgerFile = try ledger.map { try LedgerFile(path: $0, replacing: force) }
      if let ledgerFile { options.ledger = { ledgerFile.add($0) } }
      let recorder = try MediaRecorder(stream, options)
      let session = RecordSession(
        stream: stream, recorder: recorder, file: toStandardOutput ? "-" : path, duration: duration, signals: signals,
        reporter: reporter)
      let output: RecordingOutput =
        toStandardOutput ? .descriptor(1, name: "standard output") : .file(path: path, replacing: force)
      let status = try await session.run(output)
      ledgerFile?.flush()
      if status != .finished { throw status.exitCode }
    } catch let failure as Failure {
      throw reporter.fail(failure)
    } catch let error as any CommandFailure {
      throw reporter.fail(error.failure)
    }
  }
}
