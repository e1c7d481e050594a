public import Media

extension SceneName {
  /// Where the scene draws its barcode on a screen of this size: beside or inside what moves.
  public func barcodeRect(screen: PixelSize) -> PixelRect {
    let layout = SceneLayout(screen: screen)
    return switch self {
    case .idleClock, .still: layout.clockBarcode
    case .typing: layout.editor.barcode
    case .scroll: layout.document.barcode
    case .movingWindow: layout.draggedBarcode
    case .video: layout.player.barcode
    case .fullMotion: layout.cornerBarcode
    case .busy: layout.busyPlayer.barcode
    case .testCard: TestCard(width: screen.width, height: screen.height).barcodeRect
    case .flash: layout.flashBarcode
    }
  }
}
