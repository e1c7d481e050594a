import Media

/// A developer's desktop at its busiest: typing, a log, a small video and a clock, each at its own rate.
final class BusyContents: SceneContents {
  private let editor: EditorView
  private let log: LogView
  private let video: VideoView
  private let clock: ClockView
  private let barcode: BarcodeView
  private let fps: Int

  init(_ connection: DisplayConnection, seed: UInt64, fps: Int) {
    let layout = SceneLayout(screen: connection.screen)
    let desktop = Desktop(
      connection, seed: seed, windows: [layout.busyPlayer, layout.busyLog, layout.busyEditor], still: false)
    self.fps = fps
    editor = EditorView(desktop.window, rect: layout.busyEditor.content, seed: seed)
    log = LogView(desktop.window, rect: layout.busyLog.content, seed: seed &+ 1)
    video = VideoView(desktop.window, rect: layout.busyPlayer.content, seed: seed &+ 2)
    clock = ClockView(desktop.window, rect: layout.clock, seed: seed)
    barcode = BarcodeView(desktop.window, rect: layout.busyPlayer.barcode)
    editor.draw()
    log.draw()
    clock.draw()
  }

  func step(_ number: Int, milliseconds: UInt32) {
    video.show(frame: number, fps: fps, milliseconds: milliseconds)
    if isDue(number, perSecond: 10) { editor.typeKey() }
    if isDue(number, perSecond: 6) { log.append() }
    if isDue(number, perSecond: 1) { clock.tick() }
    barcode.show(milliseconds)
  }

  func redraw() {
    editor.draw()
    log.draw()
    video.draw()
    clock.draw()
    barcode.draw()
  }

  private func isDue(_ number: Int, perSecond rate: Int) -> Bool {
    number > 0 && number * rate / fps != (number - 1) * rate / fps
  }
}
