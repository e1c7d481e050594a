import Media

/// Stands in for a camera and a microphone: a canvas and a source of sound without content.
struct Devices {
  let canvas = Canvas(width: 640, height: 360)
  let sound = PCMSource()

  func stream(video: Bool = true, audio: Bool = true) -> MediaStream {
    var tracks: [MediaStreamTrack] = []
    if video { tracks += canvas.captureStream().getTracks() }
    if audio { tracks.append(MediaStreamTrack(source: sound, label: "sound")) }
    return MediaStream(tracks)
  }
}

extension AsyncStream where Element: Sendable {
  /// The events until the stream ends; it must have ended, or be about to.
  func all() async -> [Element] {
    var all: [Element] = []
    for await event in self { all.append(event) }
    return all
  }
}
