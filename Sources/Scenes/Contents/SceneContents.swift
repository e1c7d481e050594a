import Media

/// The contents and motion of a scene. Drawing only queues requests; the runner sends them at the end of a step.
protocol SceneContents {
  /// Draws the next step; `milliseconds` is the time for its barcode.
  func step(_ number: Int, milliseconds: UInt32)
  /// Redraws the last step, except for the background pixmaps that the server repaints itself.
  func redraw()
}

/// The idle desktop, ticking or still.
final class ClockContents: SceneContents {
  private let clock: ClockView
  private let barcode: BarcodeView

  init(_ connection: DisplayConnection, seed: UInt64) {
    let desktop = Desktop(connection, seed: seed)
    clock = ClockView(desktop.window, rect: desktop.layout.clock, seed: seed)
    barcode = BarcodeView(desktop.window, rect: desktop.layout.clockBarcode)
  }

  func step(_ number: Int, milliseconds: UInt32) {
    if number > 0 { clock.tick() } else { clock.draw() }
    barcode.show(milliseconds)
  }

  func redraw() {
    clock.draw()
    barcode.draw()
  }
}

/// Someone types in an editor.
final class TypingContents: SceneContents {
  private let editor: EditorView
  private let status: StatusView
  private let barcode: BarcodeView

  init(_ connection: DisplayConnection, seed: UInt64) {
    let frame = SceneLayout(screen: connection.screen).editor
    let desktop = Desktop(connection, seed: seed, windows: [frame])
    editor = EditorView(desktop.window, rect: frame.content, seed: seed)
    status = StatusView(desktop.window, frame: frame)
    barcode = BarcodeView(desktop.window, rect: frame.barcode)
    editor.draw()
  }

  func step(_ number: Int, milliseconds: UInt32) {
    if number > 0 { editor.typeKey() }
    status.show(editor.position)
    barcode.show(milliseconds)
  }

  func redraw() {
    editor.draw()
    status.draw()
    barcode.draw()
  }
}

/// A document scrolls.
final class ScrollContents: SceneContents {
  private let document: DocumentView
  private let status: StatusView
  private let barcode: BarcodeView

  init(_ connection: DisplayConnection, seed: UInt64) {
    let frame = SceneLayout(screen: connection.screen).document
    let desktop = Desktop(connection, seed: seed, windows: [frame])
    document = DocumentView(desktop.window, rect: frame.content, seed: seed)
    status = StatusView(desktop.window, frame: frame)
    barcode = BarcodeView(desktop.window, rect: frame.barcode)
    document.draw()
    status.show("120 pages   100 %")
  }

  func step(_ number: Int, milliseconds: UInt32) {
    if number > 0 { document.scroll() }
    barcode.show(milliseconds)
  }

  func redraw() {
    document.draw()
    status.draw()
    barcode.draw()
  }
}

/// A video plays in a player's window.
final class VideoContents: SceneContents {
  private let video: VideoView
  private let barcode: BarcodeView
  private let fps: Int

  init(_ connection: DisplayConnection, seed: UInt64, fps: Int) {
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

/// A video over the whole screen, its barcode part of the picture.
final class FullMotionContents: SceneContents {
  private let video: VideoView
  private let fps: Int

  init(_ connection: DisplayConnection, seed: UInt64, fps: Int) {
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

/// A desktop with a window that flashes.
final class FlashContents: SceneContents {
  private let window: Window
  private let barcode: BarcodeView
  private let field: PixelRect
  private var isLit = false

  init(_ connection: DisplayConnection, seed: UInt64, title: String) {
    let layout = Desktop(connection, seed: seed).layout
    let frame = layout.flashWindow
    window = Window(connection, rect: frame, colour: .black, title: title)
    window.show()
    field = layout.flashField.relative(toX: frame.x, y: frame.y)
    barcode = BarcodeView(window, rect: layout.flashBarcode.relative(toX: frame.x, y: frame.y))
  }

  func step(_ number: Int, milliseconds: UInt32) {
    isLit = FlashField.isLit(step: number)
    window.drawable.fill(field, isLit ? .white : .black)
    barcode.show(milliseconds)
  }

  func redraw() {
    window.drawable.fill(field, isLit ? .white : .black)
    barcode.draw()
  }
}
