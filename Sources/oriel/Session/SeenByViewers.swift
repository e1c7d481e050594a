import Oriel

/// What viewers see and hear, in words and as an event, before they do.
struct SeenByViewers {
  let label: String
  let size: PixelSize?
  /// What comes out black though it lies on the surface.
  let hidden: [String]
  private let selection: AudioSelection?
  private let heard: String?

  init(_ tracks: [MediaStreamTrack], _ options: DisplayMediaStreamOptions, _ sound: SoundPlan) {
    let track = tracks.first { $0.kind == .video }
    selection = sound.selection
    heard = sound.words(tracks.filter { $0.kind == .audio })
    let settings = track?.getSettings()
    label = track?.label ?? "the screen"
    size = settings?.width.flatMap { width in settings?.height.map { PixelSize(width: width, height: $0) } }
    hidden =
      options.excludedWindows.map { "windows \($0)" }
      + options.masks.map { "\($0.width)x\($0.height) at \($0.x),\($0.y)" }
  }

  var sentence: String {
    var parts = ["Viewers see \(printable(label))"]
    if let size { parts.append("\(size.width)x\(size.height)") }
    parts.append(heard.map { "and hear \($0)" } ?? "without sound")
    let black = hidden.isEmpty ? "" : "; black stays \(hidden.map(printable).joined(separator: ", "))"
    return parts.joined(separator: ", ") + black
  }

  var event: ShareEvent.Surface {
    ShareEvent.Surface(
      label: printable(label), width: size?.width, height: size?.height, hidden: hidden.map(printable),
      sound: heard != nil,
      audio: selection.map { printable("\($0)") })
  }
}
