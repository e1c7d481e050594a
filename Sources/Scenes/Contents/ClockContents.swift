import Media

/// The idle desktop, ticking or still.
final class ClockContents: SceneContents {
  private let clock: ClockView
  private let barcode: BarcodeView

  init(_ connection: Connection, seed: UInt64) {
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
