internal import CX11

/// The fonts of the scenes, by their names in xfonts-base.
enum Face: String, CaseIterable {
  case tiny = "6x10"
  case small = "6x13"
  case label = "7x13"
  case labelBold = "7x13bold"
  case body = "9x15"
  case bodyBold = "9x15bold"
  case heading = "10x20"
}

/// A loaded monospaced core font.
struct Font {
  let id: UInt
  let ascent: Int
  let height: Int
  let width: Int

  init(_ loaded: UnsafePointer<XFontStruct>) {
    id = loaded.pointee.fid
    ascent = Int(loaded.pointee.ascent)
    height = ascent + Int(loaded.pointee.descent)
    width = max(1, Int(loaded.pointee.max_bounds.width))
  }
}
