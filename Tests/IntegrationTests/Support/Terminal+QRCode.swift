import Foundation
import Harness

/// Reads a QR code from a terminal's output.
enum TerminalQRCode {
  private static let colours = "\u{1b}[38;5;16;48;5;231m"
  private static let module = 6

  /// Draws the code in a terminal's output as an image, and reads it with zbarimg.
  /// - Throws: `HarnessError` if there is no code, or it cannot be read.
  static func read(_ output: String) async throws -> String {
    let rows = output.split(separator: "\n").filter { $0.contains(colours) }.map { line in
      Array(line[line.range(of: colours)!.upperBound...].prefix { $0 != "\u{1b}" })
    }
    guard let width = rows.first?.count, rows.allSatisfy({ $0.count == width }) else {
      throw HarnessError("no QR code: \(output)")
    }
    let lines = rows.flatMap { row in
      [row.map { "█▀".contains($0) }, row.map { "█▄".contains($0) }]
    }
    var picture = Array("P5 \(width * module) \(lines.count * module) 255\n".utf8)
    for line in lines {
      let pixels = line.flatMap { [UInt8](repeating: $0 ? 0 : 255, count: module) }
      for _ in 0..<module { picture += pixels }
    }
    let folder = try TemporaryDirectory()
    let file = folder.file("code.pgm")
    try Data(picture).write(to: file)
    return try await Program.run("zbarimg", ["--raw", "--quiet", file.path])
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
