public import ArgumentParser
public import Oriel

/// Which part of which display, with the pointer or without.
struct SurfaceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The X display. (default: $DISPLAY)", valueName: "display"))
  var display: String?

  @Option(
    help: ArgumentHelp("One monitor, by name or number (see oriel sources).", valueName: "name|number"),
    completion: .custom(monitors))
  var monitor: String?

  @Option(
    help: ArgumentHelp("A part of the desktop, as in 800x600+100+50.", valueName: "WxH+X+Y"),
    transform: Geometry.parseRegion)
  var region: PixelRect?

  @Option(
    help: ArgumentHelp("When the pointer is in the picture. (default: always)", valueName: "when"),
    completion: .list(CursorCapture.allCases.map(\.rawValue)))
  var cursor: CursorCapture?

  func validate() throws {
    if monitor != nil, region != nil {
      throw ValidationError("--monitor and --region are two surfaces; give one of them")
    }
  }

  /// What to ask the display for, with a preset's say where none is said here.
  func options(_ preset: Preset, frameRate: Double) -> DisplayMediaStreamOptions {
    DisplayMediaStreamOptions(
      display: display, surface: selection, frameRate: frameRate, cursor: cursor ?? preset.cursor ?? .always)
  }

  var selection: DisplaySurfaceSelection {
    if let monitor { return .monitor(monitor) }
    if let region { return .region(region) }
    return .desktop
  }
}

/// The monitors of the display that is named on the command line or by $DISPLAY, for completion.
@Sendable private func monitors(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
  let option = words.firstIndex(of: "--display").map { $0 + 1 }
  let display = option.flatMap { words.indices.contains($0) ? words[$0] : nil }
  return ((try? DisplaySources.list(display: display)) ?? []).map { printable($0.name) }
}

extension CursorCapture: ExpressibleByArgument {}
