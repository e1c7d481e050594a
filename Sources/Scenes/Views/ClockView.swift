import Media

/// The clock at the end of the panel; it shows the scene's own time, not the real one.
final class ClockView {
  private let window: Window
  private var seconds: Int

  init(_ parent: Window, rect: PixelRect, seed: UInt64) {
    seconds = Self.start(seed: seed)
    window = Window(parent.drawable.connection, parent: parent, rect: rect, colour: Desktop.panelColour)
    window.show()
  }

  func tick() {
    seconds += 1
    draw()
  }

  func draw() {
    window.drawable.fill(window.drawable.bounds, Desktop.panelColour)
    Self.draw(seconds, on: window.drawable, in: window.drawable.bounds)
  }

  /// The time of day at which a scene begins.
  static func start(seed: UInt64) -> Int {
    var random = SplitMix64(seed: seed)
    return 9 * 3600 + random.below(8 * 3600)
  }

  static func draw(_ seconds: Int, on drawable: Drawable, in rect: PixelRect) {
    let font = drawable.connection.font(.body)
    let text = ClockText.string(seconds: seconds)
    drawable.text(
      text, x: rect.x + (rect.width - text.count * font.width) / 2, y: rect.y + (rect.height - font.height) / 2, .body,
      0xE8ECF2)
  }
}

/// The time of day as a clock shows it.
enum ClockText {
  static func string(seconds: Int) -> String {
    let parts = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60]
    return parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }
}
