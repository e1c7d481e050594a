import Media

/// A document scrolls.
final class ScrollContents: SceneContents {
  private let document: DocumentView
  private let status: StatusView
  private let barcode: BarcodeView

  init(_ connection: Connection, seed: UInt64) {
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
