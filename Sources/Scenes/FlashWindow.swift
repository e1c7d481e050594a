internal import CX11
public import Media

/// A small window that flashes, over fine text: what a self-test records. Used by one thread at a time, and gone with its
/// last reference.
///
/// `@unchecked Sendable`: whoever is at it is the one thread.
public final class FlashWindow: @unchecked Sendable {
  /// A barcode is drawn so often in a second; the field is white for the first steps of each.
  public static let stepsPerSecond = 15
  static let litSteps = 4

  /// Something that was drawn.
  public struct Step: Sendable, Hashable {
    /// What its barcode says.
    public var milliseconds: UInt32
    /// When the server had drawn it.
    public var drawn: MediaTime
    /// Whether the field turned white.
    public var isFlash: Bool
  }

  /// Where it lies on the desktop, in pixels.
  public let rect: PixelRect
  /// The field in the window.
  public let field: PixelRect
  /// The barcode in the window.
  public let barcodeRect: PixelRect
  private let connection: Connection
  private let window: Window
  private let barcode: BarcodeView
  private var isLit = false

  /// Opens the window above all others, out of any window manager's hands.
  /// - Parameters:
  ///   - display: the X display, such as `:0`; `$DISPLAY` when nil.
  ///   - area: what it is put into the middle of, such as a monitor.
  public init(display: String?, in area: PixelRect) throws(SceneError) {
    connection = try Connection(display: display)
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

  /// Draws steps until the schedule's end, white at its moments.
  /// - Returns: what was drawn, in order.
  public func flash(_ schedule: BeepSchedule) throws(SceneError) -> [Step] {
    var steps: [Step] = []
    let period = schedule.period.nanoseconds
    var slot: Int64 = 0
    while true {
      let due = schedule.first + .nanoseconds(slot * period / Int64(Self.stepsPerSecond))
      guard due < schedule.end else { break }
      MonotonicClock.sleep(until: due.nanoseconds)
      let phase = Int(slot % Int64(Self.stepsPerSecond))
      // A flash whose moment was slept through is left out: late, it would say nothing.
      steps.append(try draw(isLit: phase == 0 || (isLit && phase < Self.litSteps), isFlash: phase == 0))
      slot = max(slot + 1, (MediaTime.now - schedule.first).nanoseconds * Int64(Self.stepsPerSecond) / period)
    }
    try draw(isLit: false)
    return steps
  }

  @discardableResult
  private func draw(isLit: Bool, isFlash: Bool = false) throws(SceneError) -> Step {
    let milliseconds = MonotonicClock.milliseconds
    if isLit != self.isLit || isFlash { window.canvas.fill(field, isLit ? .white : .black) }
    self.isLit = isLit
    barcode.show(milliseconds)
    try connection.synchronise()
    return Step(milliseconds: milliseconds, drawn: .now, isFlash: isFlash)
  }

  /// Fine text, on which it can be seen how sharp a picture is.
  private static func paint(on canvas: Canvas, below top: Int, width: Int) {
    canvas.fill(canvas.bounds, .black)
    let page = PixelRect(x: 0, y: top, width: width, height: canvas.size.height - top)
    var text = TextSource(seed: 1)
    canvas.clipped(to: page) {
      canvas.fill(page, .white)
      var y = page.y + 6
      for face in Face.allCases {
        let font = canvas.connection.font(face)
        let line = text.prose(lines: 1, columns: max(4, (page.width - 16) / font.width))[0]
        canvas.text(line, x: 8, y: y, face, .black)
        y += font.height + 3
      }
    }
  }
}
