package import Media

/// The layout of the test card, used to draw it and to check recordings.
///
/// Patches above, fine text at the lower left, the barcode at the lower right, on a grey ground.
package struct TestCard: Sendable, Hashable {
  /// The screen's size.
  package let screen: PixelSize
  /// Single-colour patches, at least 64×64 at 1920×1080, without overlap.
  package let patches: [Patch]
  /// Black text on white, in lines from 10 to 20 px high.
  package let textRect: PixelRect
  /// Where the barcode is redrawn at each step.
  package let barcodeRect: PixelRect

  /// The card for a screen of `width × height`, at least 160×120.
  package init(width: Int, height: Int) {
    screen = PixelSize(width: width, height: height)
    let margin = max(4, width / 60).even
    let gap = max(2, width / 240).even
    let columns = 7
    let rows = (Self.colours.count + columns - 1) / columns
    let patchWidth = ((width - 2 * margin - (columns - 1) * gap) / columns).even
    let patchHeight = ((height / 2 - margin - (rows - 1) * gap) / rows).even
    patches = Self.colours.enumerated().map { index, colour in
      Patch(
        name: colour.0,
        rect: PixelRect(
          x: margin + index % columns * (patchWidth + gap), y: margin + index / columns * (patchHeight + gap),
          width: patchWidth, height: patchHeight),
        red: UInt8(colour.1 >> 16 & 0xFF), green: UInt8(colour.1 >> 8 & 0xFF), blue: UInt8(colour.1 & 0xFF))
    }
    let top = (margin + rows * (patchHeight + gap) + margin).even
    barcodeRect = PixelRect(
      x: max(0, width - margin - Barcode.size.width).even, y: max(0, height - margin - Barcode.size.height).even,
      width: Barcode.size.width, height: Barcode.size.height)
    textRect = PixelRect(
      x: margin, y: top, width: max(0, barcodeRect.x - 2 * margin).even, height: max(0, height - margin - top).even)
  }

  private static let colours: [(String, UInt32)] = [
    ("white", 0xFFFFFF), ("black", 0x000000), ("light grey", 0xC0C0C0), ("mid grey", 0x808080), ("dark grey", 0x404040),
    ("off white", 0xF0F0F0), ("near black", 0x101010),
    ("red", 0xFF0000), ("green", 0x00FF00), ("blue", 0x0000FF), ("cyan", 0x00FFFF), ("magenta", 0xFF00FF),
    ("yellow", 0xFFFF00), ("orange", 0xE07020),
    ("light skin", 0xE8C0A8), ("skin", 0xC69076), ("dark skin", 0x6E4634), ("pastel pink", 0xF4C2D0),
    ("pastel blue", 0xBCD4EC), ("pastel green", 0xC4E4C0), ("pastel yellow", 0xF6EEB8),
  ]
}

/// A single-colour patch of the test card.
package struct Patch: Sendable, Hashable {
  /// The colour's name.
  package let name: String
  /// Its place on the screen; even coordinates and sizes.
  package let rect: PixelRect
  /// sRGB, 0…255.
  package let red: UInt8
  /// sRGB, 0…255.
  package let green: UInt8
  /// sRGB, 0…255.
  package let blue: UInt8
}
