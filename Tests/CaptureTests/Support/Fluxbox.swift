import Foundation
import TestSupport

/// The window manager fluxbox on a test's X server, which puts windows of some names into one frame, as tabs; it ends with this.
struct Fluxbox {
  private let program: Program
  private let folder: TemporaryDirectory

  /// - Parameter tabs: the names of the programs (the first part of `WM_CLASS`) whose windows share a frame.
  init(_ server: XServer, tabs: [String]) throws {
    folder = try TemporaryDirectory()
    let settings = folder.file(".fluxbox")
    try FileManager.default.createDirectory(at: settings, withIntermediateDirectories: false)
    let names = tabs.map { " [app] (name=\($0))\n" }.joined()
    try "[group] (workspace)\n\(names)[end]\n".write(
      to: settings.appending(path: "apps"), atomically: true, encoding: .utf8)
    // The root is the test's to draw on. With `none` fluxbox would ask for the last wallpaper, and where there is no program that
    // sets one a window over all others says so.
    try "background: unset\n".write(to: settings.appending(path: "overlay"), atomically: true, encoding: .utf8)
    program = try Program(
      "fluxbox", ["-no-slit", "-no-toolbar"], environment: ["DISPLAY": server.display, "HOME": folder.url.path])
  }

  func stop() { program.kill() }
}
