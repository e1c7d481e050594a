import Foundation

/// The presentation times that ffmpeg's `showinfo` filter writes to standard error, one line per frame.
final class PresentationTimes: Sendable {
  private struct Seen: Sendable {
    var milliseconds: [Int] = []
    var messages = ""
  }

  private let seen = Watched(Seen())

  /// The other lines that ffmpeg wrote.
  var messages: String { seen.current.messages }

  init(of program: Program) {
    guard let stream = program.errorStream else { return }
    let thread = Thread { [seen] in
      var rest: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 16384)
      while true {
        let count = buffer.withUnsafeMutableBytes { stream.read(into: $0) }
        if count == 0 { return }
        rest += buffer[..<count]
        let lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = Array(lines.last ?? [])
        for line in lines.dropLast() { Self.take(String(decoding: line, as: UTF8.self), into: seen) }
      }
    }
    thread.name = "showinfo"
    thread.start()
  }

  func time(ofFrame index: Int) async throws -> Int {
    try await seen.first("the time of frame \(index)", within: .seconds(10)) { seen in
      seen.milliseconds.indices.contains(index) ? seen.milliseconds[index] : nil
    }
  }

  private static func take(_ line: String, into seen: Watched<Seen>) {
    guard line.hasPrefix("[Parsed_showinfo") else {
      seen.update { $0.messages += line + "\n" }
      return
    }
    guard let label = line.range(of: " pts:") else { return }
    let number = line[label.upperBound...].drop { $0 == " " }.prefix { $0.isNumber || $0 == "-" }
    guard let milliseconds = Int(number) else { return }
    seen.update { $0.milliseconds.append(milliseconds) }
  }
}
