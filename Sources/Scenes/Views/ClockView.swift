import Media

/// The clock at the end of the panel; it shows the scene's own time, not the real one.
final class ClockView {
  private let window: Window
  private var seconds: Int

  init(_ parent: Window, rect: PixelRect, seed: UInt64) {
    var random = SplitMix64(seed: seed)
    seconds = 9 * 3600 + random.below(8 * 3600)
    window = Window(parent.canvas.connection, parent: parent, rect: rect, colour: Desktop.panelColour)
    window.show()
  }

  func tick() {
    seconds += 1
    draw()
  }

  func draw() {
    let canvas = window.canvas
    let font = canvas.connection.font(.body)
    canvas.fill(canvas.bounds, Desktop.panelColour)
    let text = ClockText.string(seconds: seconds)
    canvas.text(
      text, x: (canvas.size.width - text.count * font.width) / 2, y: (canvas.size.height - font.height) / 2, .body,
      0xE8ECF2)
  }
}
