import Media
import Recording

/// Streams to record: a canvas for pictures, pushed samples for sound.
struct Streams {
  let canvas = Canvas(width: 96, height: 64)
  let sound = PCMSource()
  let stream: MediaStream

  /// - Parameter isPainted: whether the canvas is painted, so that there is a picture.
  init(video: Bool = true, audio: Bool = false, isPainted: Bool = true) {
    var tracks: [MediaStreamTrack] = []
    if video { tracks += canvas.captureStream().getTracks() }
    if audio { tracks.append(MediaStreamTrack(source: sound, label: "sound")) }
    stream = MediaStream(tracks)
    if isPainted { paint(0x3366cc) }
  }

  func paint(_ colour: UInt32) { canvas.paint { $0.fill($0.rect, colour) } }
}

/// The name of the error that `body` throws; nil if it throws none.
func errorName(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return (error as? MediaRecorderError)?.name ?? "\(error)"
  }
}
