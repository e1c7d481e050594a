internal import CX11

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
