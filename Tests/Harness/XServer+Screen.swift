package import Foundation
package import TestSupport

extension XServer {
  /// Moves the mouse pointer, which starts in the middle of the screen.
  package func movePointer(x: Int, y: Int) throws {
    try PointerControl(display: number).move(x: x, y: y)
  }

  /// Saves a screenshot, with or without the mouse pointer; the extension determines the format, such as PNG.
  package func screenshot(to file: URL, pointer: Bool = false) async throws {
    try await FFmpeg.run([
      "-f", "x11grab", "-draw_mouse", pointer ? "1" : "0", "-video_size", "\(width)x\(height)", "-i", display,
      "-frames:v", "1", "-y", file.path,
    ])
  }
}
