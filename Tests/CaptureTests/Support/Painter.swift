import CX11
import Media
import TestSupport

@testable import Capture

/// A program that draws on a test's X server. Used by the test's task only.
final class Painter {
  let connection: XConnection
  private let context: GC

  var display: OpaquePointer { connection.display }

  convenience init(_ server: XServer) throws { try self.init(display: server.display) }

  init(display: String) throws {
    connection = try XConnection(display)
    var values = XGCValues()
    values.subwindow_mode = IncludeInferiors
    guard let context = XCreateGC(connection.display, connection.root, UInt(GCSubwindowMode), &values) else {
      throw HarnessError("XCreateGC")
    }
    self.context = context
  }

  deinit { XFreeGC(display, context) }

  /// Fills `rect` of the root window with a pixel of the server's format.
  func fill(_ rect: PixelRect, _ pixel: UInt, flush: Bool = true) {
    XSetForeground(display, context, pixel)
    XFillRectangle(
      display, connection.root, context, Int32(rect.x), Int32(rect.y), UInt32(rect.width), UInt32(rect.height))
    if flush { connection.synchronize() }
  }

  /// Gives the pointer a shape of 8×8 opaque red pixels where `bits` are set, the lowest bit on the left.
  func setPointer(bits: [UInt8], hotspotX: UInt32, hotspotY: UInt32) {
    let shape = bits.withUnsafeBytes { bytes in
      XCreateBitmapFromData(display, connection.root, bytes.bindMemory(to: CChar.self).baseAddress, 8, 8)
    }
    var (red, black) = (XColor(), XColor())
    red.red = 0xffff
    let cursor = XCreatePixmapCursor(display, shape, shape, &red, &black, hotspotX, hotspotY)
    XDefineCursor(display, connection.root, cursor)
    connection.synchronize()
  }

  func movePointer(_ x: Int, _ y: Int) {
    XWarpPointer(display, 0, connection.root, 0, 0, 0, 0, Int32(x), Int32(y))
    connection.synchronize()
  }
}
