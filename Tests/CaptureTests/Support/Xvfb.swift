import Foundation

/// An X server of a test's own, on a display number it picks itself.
final class Xvfb: Sendable {
  let display: String
  let process: pid_t
  /// The screen's pixels as a file, with `-fbdir`.
  let framebuffer: String?
  private let directory: String

  /// - Parameter screen: width, height and depth, as in `1024x768x24`.
  init(_ screen: String = "640x480x24", _ arguments: [String] = []) throws {
    let directory = NSTemporaryDirectory() + "oriel-xvfb-" + UUID().uuidString
    self.directory = directory
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let isMapped = arguments.contains("-fbdir")
    framebuffer = isMapped ? directory + "/Xvfb_screen0" : nil
    let options = arguments.flatMap { $0 == "-fbdir" ? [$0, directory] : [$0] }
    let server = Process()
    server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    server.arguments =
      ["Xvfb", "-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp", "-noreset"] + options
    let output = Pipe()
    server.standardOutput = output
    server.standardError = FileHandle.nullDevice
    try server.run()
    process = server.processIdentifier
    var number = ""
    while !number.hasSuffix("\n") {
      let bytes = output.fileHandleForReading.availableData
      if bytes.isEmpty { throw TestFailure("Xvfb did not start: \(screen) \(options)") }
      number += String(decoding: bytes, as: UTF8.self)
    }
    display = ":" + number.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  deinit { end() }

  /// Ends the server as a crash does.
  func end() {
    kill(process, SIGKILL)
    let number = display.dropFirst()
    try? FileManager.default.removeItem(atPath: "/tmp/.X\(number)-lock")
    try? FileManager.default.removeItem(atPath: "/tmp/.X11-unix/X\(number)")
    try? FileManager.default.removeItem(atPath: directory)
  }
}

struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
