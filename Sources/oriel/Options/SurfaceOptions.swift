public import ArgumentParser
public import Oriel

/// Which part of which display, with the pointer or without.
struct SurfaceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The X display. (default: $DISPLAY)", valueName: "display"))
  var display: String?

  @Option(help: ArgumentHelp("One monitor, by name or number (see oriel sources).", valueName: "name|number"))
  var monitor: String?

  @Option(help: ArgumentHelp("A part of the desktop.", valueName: "WxH+X+Y"), transform: Geometry.parseRegion)
  var region: PixelRect?

  @Option(help: "When the pointer is in the picture. (default: always)")
  var cursor: CursorCapture?

  func validate() throws {
    if monitor != nil, region != nil {
      throw ValidationError("--monitor and --region are two surfaces; give one of them.")
    }
  }

  var selection: DisplaySurfaceSelection {
    if let monitor { return .monitor(monitor) }
    if let region { return .region(region) }
    return .desktop
  }
}

extension CursorCapture: ExpressibleByArgument {}
