import Media

/// Someone types in an editor.
final class TypingContents: SceneContents {
  private let editor: EditorView
  private let status: StatusView
  private let barcode: BarcodeView

  init(_ connection: Connection, seed: UInt64) {
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
