import Foundation
import TestSupport

/// The window manager fluxbox on a test's X server, which puts windows of given names into one frame, as tabs. Killed with this
/// value.
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
    // Leaves the root to the test. With `none`, fluxbox would set the last wallpaper, and without a program for that it shows an
    // error window above all others.
    try "background: unset\n".write(to: settings.appending(path: "overlay"), atomically: true, encoding: .utf8)
    program = try Program(
      "fluxbox", ["-no-slit", "-no-toolbar"], environment: ["DISPLAY": server.display, "HOME": folder.url.path])
  }

  func stop() { program.kill() }
}
