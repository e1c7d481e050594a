import Oriel

/// Describes what viewers see and hear, as text and as an event.
struct SharedContent {
  let label: String
  let size: PixelSize?
  /// The excluded windows and the masks, which are black in the picture.
  let hidden: [String]
  private let selection: AudioSelection?
  private let soundText: String?

  init(_ tracks: [MediaStreamTrack], _ request: CaptureRequest) {
    let track = tracks.first { $0.kind == .video }
    selection = request.sound.selection
    soundText = request.sound.description(tracks.filter { $0.kind == .audio })
    let settings = track?.getSettings()
    label = track?.label ?? "the screen"
    size = settings?.width.flatMap { width in settings?.height.map { PixelSize(width: width, height: $0) } }
    hidden =
      request.surface.excludedWindows.map { "windows \($0)" }
      + request.surface.masks.map { "\($0.width)x\($0.height) at \($0.x),\($0.y)" }
  }

  var sentence: String {
    var parts = ["Viewers see \(printable(label))"]
    if let size { parts.append("\(size.width)x\(size.height)") }
    parts.append(soundText.map { "and hear \($0)" } ?? "without sound")
    let black = hidden.isEmpty ? "" : "; shown black: \(hidden.map(printable).joined(separator: ", "))"
    return parts.joined(separator: ", ") + black
  }

  var event: ShareEvent.Surface {
    ShareEvent.Surface(
      label: printable(label), width: size?.width, height: size?.height, hidden: hidden.map(printable),
      sound: soundText != nil,
      audio: selection.map { printable("\($0)") })
  }
}
