import Media

/// A video plays in a player's window.
final class VideoContents: SceneContents {
  private let video: VideoView
  private let barcode: BarcodeView
  private let fps: Int

  init(_ connection: Connection, seed: UInt64, fps: Int) {
    let frame = SceneLayout(screen: connection.screen).player
    let desktop = Desktop(connection, seed: seed, windows: [frame])
    self.fps = fps
    video = VideoView(desktop.window, rect: frame.content, seed: seed)
    barcode = BarcodeView(desktop.window, rect: frame.barcode)
  }

  func step(_ number: Int, milliseconds: UInt32) {
    video.show(frame: number, fps: fps, milliseconds: milliseconds)
    barcode.show(milliseconds)
  }

  func redraw() {
    video.draw()
    barcode.draw()
  }
}
