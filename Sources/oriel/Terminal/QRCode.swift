internal import CQREncode
import Foundation

/// A QR code for a terminal: two modules per character, in its own colours (dark on light), so that it can be scanned
/// with any background.
struct QRCode {
  /// The light margin around the code, in modules. Source: ISO/IEC 18004 §9.1.
  private static let quietZone = 4

  /// Modules per side, without the quiet zone.
  let width: Int
  private let modules: [Bool]

  /// Nil if the text is too long for a QR code.
  init?(_ text: String) {
    guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L) else { return nil }
    defer { QRcode_free(code) }
    width = Int(code.pointee.width)
    modules = (0..<(width * width)).map { [data = code.pointee.data] index in (data?[index] ?? 0) & 1 == 1 }
  }

  /// The lines to print; nil if the code does not fit on the terminal.
  /// - Parameter size: columns and rows of the terminal; 0 if unknown.
  func lines(for size: (columns: Int, rows: Int)) -> [String]? {
    let side = width + 2 * Self.quietZone
    guard size.columns == 0 || size.columns >= side, size.rows == 0 || size.rows > (side + 1) / 2 else { return nil }
    return stride(from: -Self.quietZone, to: width + Self.quietZone, by: 2).map { y in
      let blocks = (-Self.quietZone..<(width + Self.quietZone)).map { x in
        switch (isDark(x, y), isDark(x, y + 1)) {
        case (true, true): "█"
        case (true, false): "▀"
        case (false, true): "▄"
        case (false, false): " "
        }
      }
      // Black and white of the 256-colour palette, which a terminal's theme does not change.
      return "\u{1b}[38;5;16;48;5;231m" + blocks.joined() + "\u{1b}[0m"
    }
  }

  private func isDark(_ x: Int, _ y: Int) -> Bool {
    (0..<width).contains(x) && (0..<width).contains(y) && modules[y * width + x]
  }
}

/// Columns and rows of the terminal on standard error; 0 if unknown.
func terminalSize() -> (columns: Int, rows: Int) {
  var size = winsize()
  guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0 else { return (0, 0) }
  return (Int(size.ws_col), Int(size.ws_row))
}
