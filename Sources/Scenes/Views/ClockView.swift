import Media

/// The clock at the end of the panel; it shows the scene's own time, not the real one.
final class ClockView {
  private let window: Window
  private var seconds: Int

  init(_ parent: Window, rect: PixelRect, seed: UInt64) {
    seconds = Self.start(seed: seed)
    window = Window(parent.canvas.connection, parent: parent, rect: rect, colour: Desktop.panelColour)
    window.show()
  }

  func tick() {
    seconds += 1
    draw()
  }

  func draw() {
    window.canvas.fill(window.canvas.bounds, Desktop.panelColour)
    Self.draw(seconds, on: window.canvas, in: window.canvas.bounds)
  }

  /// The time of day at which a scene begins.
  static func start(seed: UInt64) -> Int {
    var random = SplitMix64(seed: seed)
    return 9 * 3600 + random.below(8 * 3600)
  }

  static func draw(_ seconds: Int, on canvas: Canvas, in rect: PixelRect) {
    let font = canvas.connection.font(.body)
    let text = ClockText.string(seconds: seconds)
    canvas.text(
      text, x: rect.x + (rect.width - text.count * font.width) / 2, y: rect.y + (rect.height - font.height) / 2, .body,
      0xE8ECF2)
  }
}
