import ArgumentParser
import Foundation
import Oriel

/// `oriel snapshot`: writes the picture that would be recorded or shared into a file.
struct SnapshotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Write one picture, exactly as it would be recorded or shared, into a PNG file.",
    usage: "oriel snapshot [<options>] [<file>]",
    discussion: """
      Takes the capture options of record and share, to check beforehand what viewers will see.

      Examples:
        oriel snapshot desktop.png
        oriel snapshot --exclude '*password*' what-others-see.png
        oriel snapshot --monitor HDMI-1 --size 1280x720 - | display
      """)

  @Argument(
    help: ArgumentHelp(
      "The file to write, or - for standard output. (default: oriel-YYYYMMDD-HHMMSS.png)", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var file: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("The same as the argument <file>.", visibility: .hidden))
  var output: String?

  @OptionGroup(title: "Capture")
  var surface: SurfaceOptions

  @Option(
    help: ArgumentHelp("A preset, for its size and cursor settings (see oriel presets).", valueName: "name"),
    completion: .custom { _, _, _ in PresetLibrary.all().map(\.name) })
  var preset = "default"

  @Option(
    help: ArgumentHelp("Fit the picture inside this size, in proportion; it is never enlarged.", valueName: "WxH"),
    transform: Geometry.parseSize)
  var size: PixelSize?

  @Flag(help: "Replace the file if it exists.")
  var force = false

  mutating func validate() throws {
    if file != nil, output != nil {
      throw ValidationError("--output names the file a second time; leave out one of them")
    }
    file = file ?? output
    if file == "" { throw ValidationError("the name of the file is empty") }
    if let file { try OutputFormat.png.check(file) }
  }

  func run() async throws {
    let reporter = Reporter(style: .text)
    do {
      if file.map(isStandardOutput) == true, isatty(1) == 1 {
        throw Failure(
          status: .usage, code: "usage",
          message: "standard output is a terminal, which cannot show a PNG; name a file, or pipe it into a program")
      }
      let request = try request()
      let stream = try await request.openPicture()
      guard let track = stream.getVideoTracks().first else { return }
      let events = track.source.events.listen()
      let picture = try await ImageCapture(track).grabFrame(fitting: request.encoding.maximumSize)
      // This ends the stream of events.
      track.stop()
      for await case .warning(let code, let message) in events { reporter.warn(message, code: code) }
      if let path = try await write(try picture.png(), reporter) {
        reporter.say(
          "\(printable(path)): \(printable(track.label)), \(picture.size.width)x\(picture.size.height)")
      }
    } catch let failure as Failure {
      throw reporter.fail(failure)
    } catch let error as any CommandFailure {
      throw reporter.fail(error.failure)
    }
  }

  /// The settings of the options over those of the preset, without sound.
  private func request() throws -> CaptureRequest {
    let preset = try PresetLibrary.load(preset)
    var encoding = preset.encoding
    encoding.maximumSize = size ?? encoding.maximumSize
    return CaptureRequest(
      surface: surface.options(preset, frameRate: encoding.frameRate), sound: .silence, encoding: encoding)
  }

  /// - Returns: the path of the file; nil for standard output.
  private func write(_ bytes: [UInt8], _ reporter: Reporter) async throws(Failure) -> String? {
    signal(SIGPIPE, SIG_IGN)
    if let file, isStandardOutput(file) {
      try StandardOutput.write(bytes)
      return nil
    }
    let paths = file.map { AnySequence([$0]) } ?? AnySequence(DefaultFileNames(ending: "png"))
    let made = try await createFile(at: paths, replacing: force, signals: Signals(), reporter: reporter)
    defer { close(made.descriptor) }
    if let errno = OutputStream.write(bytes, to: made.descriptor) {
      // Half a PNG is of no use.
      made.withdraw()
      throw .writing(made.path, errno)
    }
    fdatasync(made.descriptor)
    do throws(NewFile.Failure) {
      try made.publish()
    } catch {
      made.withdraw()
      throw MediaRecorderError.output(.cannotCreate(path: made.path, errno: error.errno)).failure
    }
    return made.path
  }
}

extension ImageCaptureError: CommandFailure {
  var failure: Failure {
    switch self {
    case .invalidState:
      Failure(
        status: .unavailable, code: "display",
        message: "the surface disappeared before it could be captured; try again")
    case .encoding: Failure(status: .software, code: "encoding", message: description)
    }
  }
}
