public import ArgumentParser
public import Oriel

/// The options of capture: the surface, the cursor, and what is excluded and masked.
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
      """
      One window, even when others cover it: its id, its whole title, as in 'Slides*', or its class, as in \
      class:Firefox (see oriel sources). * matches any text, ? one character. Write title:1984 for a title that looks \
      like an id.
      """, valueName: "id|title"), completion: .custom(windows), transform: Self.parseWindow)
  var window: WindowSelection?

  @Flag(help: "With --window, include the frame that the window manager draws around it.")
  var decorations = false

  @Option(
    help: ArgumentHelp(
      """
      Black out this window, with its menus and dialogs, even after its title changes; written as in --window, may be \
      given more than once. A warning names a value that matches no window yet.
      """, valueName: "id|title"), completion: .custom(windows), transform: Self.parseWindow)
  var exclude: [WindowSelection] = []

  @Option(
    help: ArgumentHelp(
      "Black out this part of the desktop, as in 800x600+100+50; may be given more than once.", valueName: "WxH+X+Y"),
    transform: Geometry.parseRegion)
  var mask: [PixelRect] = []

  @Option(
    help: ArgumentHelp("When the cursor is in the picture. (default: always)", valueName: "when"),
    completion: .list(CursorCapture.allCases.map(\.rawValue)))
  var cursor: CursorCapture?

  func validate() throws {
    let surfaces = [("--monitor", monitor != nil), ("--window", window != nil), ("--region", region != nil)]
      .filter(\.1).map(\.0)
    if surfaces.count > 1 {
      throw ValidationError("\(surfaces[0]) and \(surfaces[1]) contradict each other; give one of them")
    }
    if decorations, window == nil { throw ValidationError("--decorations needs --window; give both") }
    if exclude.count > 64 || mask.count > 64 {
      throw ValidationError("--exclude and --mask can each be given at most 64 times")
    }
  }

  /// What to ask of the display. Settings that are not given come from the preset.
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
  /// Parses a window's id, title or class.
  @Sendable static func parseWindow(_ text: String) throws -> WindowSelection {
    guard let selection = WindowSelection(text) else {
      throw ValidationError("name a window by its id or its title; oriel sources lists them")
    }
    return selection
  }
}

/// The titles of the windows on the display of the command line or `$DISPLAY`, for shell completion.
@Sendable private func windows(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
  ((try? DisplaySources.windows(display: display(words))) ?? []).map { printable($0.title) }.filter { !$0.isEmpty }
}

/// The names of the monitors on the display of the command line or `$DISPLAY`, for shell completion.
@Sendable private func monitors(_ words: [String], _ index: Int, _ prefix: String) -> [String] {
  ((try? DisplaySources.list(display: display(words))) ?? []).map { printable($0.name) }
}

private func display(_ words: [String]) -> String? {
  let option = words.firstIndex(of: "--display").map { $0 + 1 }
  return option.flatMap { words.indices.contains($0) ? words[$0] : nil }
}

extension CursorCapture: ExpressibleByArgument {}
