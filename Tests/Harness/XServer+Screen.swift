package import Foundation
package import TestSupport

extension XServer {
  /// Moves the mouse pointer, which a new server has in the middle of the screen.
  package func movePointer(x: Int, y: Int) throws {
    try PointerControl(display: number).move(x: x, y: y)
  }

  /// Saves what the screen shows, as PNG by the file's extension; with the mouse pointer if asked for.
  package func screenshot(to file: URL, pointer: Bool = false) async throws {
    try await FFmpeg.run([
      "-f", "x11grab", "-draw_mouse", pointer ? "1" : "0", "-video_size", "\(width)x\(height)", "-i", display,
      "-frames:v", "1", "-y", file.path,
    ])
  }
}
