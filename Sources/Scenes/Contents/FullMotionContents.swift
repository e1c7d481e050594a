import Media

/// A video over the whole screen, its barcode part of the picture.
final class FullMotionContents: SceneContents {
  private let video: VideoView
  private let fps: Int

  init(_ connection: Connection, seed: UInt64, fps: Int) {
    let window = Window(connection, rect: PixelRect(connection.screen), colour: .black)
    self.fps = fps
    video = VideoView(
      window, rect: PixelRect(connection.screen), seed: seed,
      barcode: SceneName.fullMotion.barcodeRect(screen: connection.screen))
    window.show()
  }

  func step(_ number: Int, milliseconds: UInt32) { video.show(frame: number, fps: fps, milliseconds: milliseconds) }

  func redraw() { video.draw() }
}
