import Media

/// A document scrolls.
final class ScrollContents: SceneContents {
  private let document: DocumentView
  private let clock: ClockView
  private let barcode: BarcodeView

  init(_ connection: Connection, seed: UInt64) {
    let frame = SceneLayout(screen: connection.screen).document
    let desktop = Desktop(connection, seed: seed, windows: [frame])
    document = DocumentView(desktop.window, rect: frame.content, seed: seed)
    clock = ClockView(desktop.window, rect: desktop.layout.clock, seed: seed)
    barcode = BarcodeView(desktop.window, rect: frame.barcode)
    document.draw()
    clock.draw()
  }

  func step(_ number: Int, milliseconds: UInt32) {
    if number > 0 { document.scroll() }
    barcode.show(milliseconds)
  }

  func redraw() {
    document.draw()
    clock.draw()
    barcode.draw()
  }
}
