public import ArgumentParser
public import Oriel

/// Which part of which display, with the pointer or without, and what of it nobody may see.
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
    help: ArgumentHelp(
      "One window, also where others cover it: its id, its whole title, as in 'Slides*', or class:Firefox, where * is any text and ? any character. A title that looks like an id is written title:1984. (see oriel sources)",
      valueName: "id|title"), completion: .custom(windows), transform: Self.parseWindow)
  var window: WindowSelection?

  @Flag(help: "With --window, the frame around it too.")
  var decorations = false

  @Option(
    help: ArgumentHelp(
      "A window that is black wherever it is, with its menus and dialogs, and stays so whatever it is renamed to; written as in --window, repeatable. What fits nothing yet is said.",
      valueName: "id|title"), completion: .custom(windows), transform: Self.parseWindow)
  var exclude: [WindowSelection] = []

  @Option(
    help: ArgumentHelp("A part of the desktop that is black, as in 800x600+100+50; repeatable.", valueName: "WxH+X+Y"),
    transform: Geometry.parseRegion)
  var mask: [PixelRect] = []

  @Option(
    help: ArgumentHelp("When the pointer is in the picture. (default: always)", valueName: "when"),
    completion: .list(CursorCapture.allCases.map(\.rawValue)))
  var cursor: CursorCapture?

  func validate() throws {
    let surfaces = [("--monitor", monitor != nil), ("--window", window != nil), ("--region", region != nil)]
      .filter(\.1).map(\.0)
    if surfaces.count > 1 {
      throw ValidationError("\(surfaces[0]) and \(surfaces[1]) are two surfaces; give one of them")
    }
    if decorations, window == nil { throw ValidationError("--decorations are those of a --window; give one") }
    if exclude.count > 64 || mask.count > 64 {
      throw ValidationError("--exclude and --mask can each be given 64 times at the most")
    }
  }

  /// What to ask the display for, with a preset's say where none is said here.
  func options(_ preset: Preset, frameRate: Double) -> DisplayMediaStreamOptions {
    DisplayMediaStreamOptions(
      display: display, surface: selection, frameRate: frameRate, cursor: cursor ?? preset.cursor ?? .always,
      excludedWindows: exclude, masks: mask, decorations: decorations)
  }

  var selection: DisplaySurfaceSelection {
    if let monitor { return .monitor(monitor) }
    if let window { return .window(window) }
    if let region { return .region(region) }
    return .desktop
  }
}

extension SurfaceOptions {
  /// An id or a title, as people write it.
  @Sendable static func parseWindow(_ text: String) throws -> WindowSelection {
    guard let selection = WindowSelection(text) else {
      throw ValidationError("name a window by its id or its title; oriel sources lists them")
    }
    return selection
  }
}

/// The windows of the display that is named on the command line or by $DISPLAY, for completion.
@Sendable private func windows(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
  ((try? DisplaySources.windows(display: display(words))) ?? []).map { printable($0.title) }.filter { !$0.isEmpty }
}

/// The monitors of the display that is named on the command line or by $DISPLAY, for completion.
@Sendable private func monitors(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
  ((try? DisplaySources.list(display: display(words))) ?? []).map { printable($0.name) }
}

private func display(_ words: [String]) -> String? {
  let option = words.firstIndex(of: "--display").map { $0 + 1 }
  return option.flatMap { words.indices.contains($0) ? words[$0] : nil }
}

extension CursorCapture: ExpressibleByArgument {}
