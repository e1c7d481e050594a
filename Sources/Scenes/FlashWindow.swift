internal import CX11
package import Media

/// A small window with a flashing field above fine text, which the self-test records. Used by one thread at a time;
/// destroyed with its last reference.
///
/// `@unchecked Sendable`: only one thread at a time uses it.
package final class FlashWindow: @unchecked Sendable {
  /// Barcodes drawn per second; the field is white for the first `litSteps` of each second.
  package static let stepsPerSecond = 15
  static let litSteps = 4

  /// A drawn step.
  package struct Step: Sendable, Hashable {
    /// The barcode's time.
    package var milliseconds: UInt32
    /// When the server had finished drawing it.
    package var drawn: MediaTime
    /// Whether the field turned white.
    package var isFlash: Bool
  }

  /// The window's place on the desktop, in pixels.
  package let rect: PixelRect
  /// The field in the window.
  package let field: PixelRect
  /// The barcode in the window.
  package let barcodeRect: PixelRect
  private let connection: DisplayConnection
  private let window: Window
  private let barcode: BarcodeView
  private var isLit = false

  /// Opens the window above all others; override-redirect, so that no window manager touches it.
  /// - Parameters:
  ///   - display: the X display, such as `:0`; `$DISPLAY` when nil.
  ///   - area: the area to centre it in, such as a monitor.
  package init(display: String?, in area: PixelRect) throws(SceneError) {
    connection = try DisplayConnection(display: display)
    let width = min(640, area.width).even
    let height = min(400, area.height).even
    rect = PixelRect(
      x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width: width, height: height)
    window = Window(connection, rect: rect, colour: .black)
    barcodeRect = PixelRect(x: 8, y: 8, width: Barcode.size.width, height: Barcode.size.height)
    let top = barcodeRect.maxY + 8
    field = PixelRect(x: 0, y: top, width: width, height: max(2, (height - top) / 2))
    barcode = BarcodeView(window, rect: barcodeRect)
    window.setBackground { [rect, field] in Self.paint(on: $0, below: field.maxY, width: rect.width) }
    window.show()
    try draw(isLit: false)
  }

  /// Draws steps until the schedule's end; the field turns white at each beep's time.
  /// - Returns: the drawn steps, in order.
  package func flash(_ schedule: BeepSchedule) throws(SceneError) -> [Step] {
    var steps: [Step] = []
    let period = schedule.period.nanoseconds
    var slot: Int64 = 0
    while true {
      let due = schedule.first + .nanoseconds(slot * period / Int64(Self.stepsPerSecond))
      guard due < schedule.end else { break }
      MonotonicClock.sleep(until: due.nanoseconds)
      let phase = Int(slot % Int64(Self.stepsPerSecond))
      // A flash that this thread woke too late for is skipped: a late one would distort the measurement.
      steps.append(try draw(isLit: phase == 0 || (isLit && phase < Self.litSteps), isFlash: phase == 0))
      slot = max(slot + 1, (MediaTime.now - schedule.first).nanoseconds * Int64(Self.stepsPerSecond) / period)
    }
    try draw(isLit: false)
    return steps
  }

  @discardableResult
  private func draw(isLit: Bool, isFlash: Bool = false) throws(SceneError) -> Step {
    let milliseconds = MonotonicClock.milliseconds
    if isLit != self.isLit || isFlash { window.drawable.fill(field, isLit ? .white : .black) }
    self.isLit = isLit
    barcode.show(milliseconds)
    try connection.synchronise()
    return Step(milliseconds: milliseconds, drawn: .now, isFlash: isFlash)
  }

  /// Paints fine text, which shows how sharp a picture is.
  private static func paint(on drawable: Drawable, below top: Int, width: Int) {
    drawable.fill(drawable.bounds, .black)
    let page = PixelRect(x: 0, y: top, width: width, height: drawable.size.height - top)
    var text = TextSource(seed: 1)
    drawable.clipped(to: page) {
      drawable.fill(page, .white)
      var y = page.y + 6
      for face in Face.allCases {
        let font = drawable.connection.font(face)
        let line = text.prose(lines: 1, columns: max(4, (page.width - 16) / font.width))[0]
        drawable.text(line, x: 8, y: y, face, .black)
        y += font.height + 3
      }
    }
  }
}

/// Where and when the scene `SceneName.flash` flashes; used to draw and to measure.
package enum FlashField {
  /// The field is white for one step of this many, and black for the others: it turns white once a second, when a beep
  /// starts. The first flash is a second after the scene is ready.
  package static let stepsPerSecond = 4

  /// The field on a screen of this size.
  package static func rect(screen: PixelSize) -> PixelRect { SceneLayout(screen: screen).flashField }

  /// The field in a picture of the window alone.
  package static func rectInWindow(screen: PixelSize) -> PixelRect {
    let layout = SceneLayout(screen: screen)
    return layout.flashField.relative(toX: layout.flashWindow.x, y: layout.flashWindow.y)
  }

  /// Whether a step shows white.
  static func isLit(step: Int) -> Bool { step > 0 && step % stepsPerSecond == 0 }
}
