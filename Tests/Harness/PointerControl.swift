import Foundation
import Glibc

/// Moves the pointer of an X server by requests of the X11 protocol.
///
/// Without Xlib, which exits the process when the server is lost. Source: X Window System Protocol, version 11.
struct PointerControl {
  private let connection: Descriptor
  private let root: UInt32

  /// Connects to a local server that requires no authorisation.
  init(display number: Int) throws {
    connection = try Descriptor.connected(toSocketAt: "/tmp/.X11-unix/X\(number)")
    // Little-endian, protocol 11.0, no authorisation.
    guard connection.send([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]), let head = connection.read(exactly: 8),
      head[0] == 1, let body = connection.read(exactly: Int(head[6]) * 4 + Int(head[7]) * 1024)
    else { throw HarnessError("the X server :\(number) refused the connection") }
    // The first screen, which starts with its root window, follows the vendor string and the pixmap formats.
    let vendor = (Int(body[16]) + Int(body[17]) * 256 + 3) / 4 * 4
    let screen = 32 + vendor + Int(body[21]) * 8
    root = (0..<4).reduce(0) { $0 | UInt32(body[screen + $1]) << UInt32(8 * $1) }
  }

  /// Moves the pointer and returns when the server has done so.
  func move(x: Int, y: Int) throws {
    let window = (0..<4).map { UInt8(truncatingIfNeeded: root >> UInt32(8 * $0)) }
    let place = [x, y].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    let warpPointer: [UInt8] = [41, 0, 6, 0] + [0, 0, 0, 0] + window + [0, 0, 0, 0, 0, 0, 0, 0] + place
    // The reply to the second request means that the first has been processed.
    let getInputFocus: [UInt8] = [43, 0, 1, 0]
    guard connection.send(warpPointer + getInputFocus), let answer = connection.read(exactly: 32), answer[0] == 1
    else { throw HarnessError("the X server did not move the pointer") }
  }
}
