import Foundation
import Harness
import Testing

/// The sums over a ledger's lines, each of which is checked.
struct LedgerSum {
  private(set) var framesCaptured = 0
  private(set) var framesEncoded = 0
  private(set) var framesDropped = 0
  private(set) var bytes = 0
  private(set) var unchanged = 0
  private(set) var reasons: Set<String> = []
  /// Presentation times of the frames, in milliseconds.
  private(set) var frameTimes: [Int] = []

  init(of file: URL) throws {
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.last == "")
    let numbers = ["timeSeconds", "captureMs", "convertMs", "encodeMs", "writeMs", "codedShare", "bytes"]
    for line in lines.dropLast() {
      let entry = try JSON(parsing: String(line))
      guard case .object(let members) = entry else {
        Issue.record("no object: \(line)")
        continue
      }
      for key in numbers { #expect(members[key]?.number.map { $0 >= 0 } ?? false, "\(key) in \(line)") }
      #expect(entry["keyFrame"].bool != nil)
      let known = Set(numbers + ["result", "reason", "keyFrame", "quantizer"])
      #expect(Set(members.keys).isSubset(of: known), "\(line)")
      if let quantizer = members["quantizer"]?.int { #expect(0...63 ~= quantizer) }
      #expect(entry["codedShare"].number ?? 2 <= 1)
      let size = entry["bytes"].int ?? 0
      bytes += size
      switch entry["result"].string {
      case "captured":
        framesCaptured += 1
        framesEncoded += 1
      case "dropped":
        framesCaptured += 1
        framesDropped += 1
        reasons.insert(entry["reason"].string ?? "none")
        #expect(size == 0)
      case "refinement", "keepAlive": framesEncoded += 1
      case "unchanged":
        unchanged += 1
        #expect(size == 0)
      case "container": break
      default: Issue.record("unknown result: \(line)")
      }
      if ["captured", "refinement", "keepAlive"].contains(entry["result"].string ?? "") {
        #expect(size > 0)
        frameTimes.append(Int(((entry["timeSeconds"].number ?? -1) * 1000).rounded()))
      }
    }
    #expect(reasons.isSubset(of: ["encoderBusy", "slowOutput", "writeFailed"]))
  }

  /// Expects the same sums in the stop event.
  func expect(_ stop: JSON, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(stop["framesCaptured"].int == framesCaptured, sourceLocation: sourceLocation)
    #expect(stop["framesEncoded"].int == framesEncoded, sourceLocation: sourceLocation)
    #expect(stop["framesDropped"].int == framesDropped, sourceLocation: sourceLocation)
    #expect(stop["bytes"].int == bytes, sourceLocation: sourceLocation)
  }
}
