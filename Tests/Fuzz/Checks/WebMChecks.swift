import WebM

/// Properties of the reader and the repair for arbitrary files; checked by the fuzzer, and by tests with its corpus. A
/// violation traps.
package enum WebMChecks {
  /// Bytes that a repair may add to a file: head, index, table of contents.
  private static let overhead = 1 << 20

  /// Reads and repairs `bytes` in every way.
  package static func check(_ bytes: [UInt8]) {
    readAll(bytes)
    guard let repair = try? WebMRepair(WebMBytes(bytes)) else { return }
    do {
      let steps = try repair.steps
      precondition(repair.isHealthy == (steps?.isEmpty ?? false), "steps for a healthy file, or none for a damaged one")
      if let steps { checkInPlace(bytes, steps, repair.report) }
      try checkRewriting(bytes, repair)
    } catch {
      fatalError("a source in memory does not fail, but: \(error)")
    }
  }

  private static func readAll(_ bytes: [UInt8]) {
    guard var reader = try? WebMReader(WebMBytes(bytes)) else { return }
    var frames: [Range<UInt64>] = []
    while let item = try? reader.next() {
      if case .block(let block) = item { frames += block.frames }
    }
    for frame in frames.prefix(1000) {
      precondition(frame.upperBound <= UInt64(bytes.count), "a frame outside the file")
      _ = try? reader.bytes(in: frame)
    }
    guard let cues = try? reader.cues() else { return }
    for cue in cues.prefix(100) {
      guard (try? reader.seek(toClusterAt: cue.clusterOffset)) != nil else { continue }
      _ = try? reader.next()
    }
  }

  private static func checkInPlace(_ bytes: [UInt8], _ steps: [WebMRepairStep], _ report: WebMRepairReport) {
    var file = RepairedFile(inPlace: bytes)
    for (number, step) in steps.enumerated() {
      file.apply(step)
      guard number < 4 || number > steps.count - 8 else { continue }
      // A repair interrupted here can be repeated.
      guard let again = try? WebMRepair(WebMBytes(file.bytes)) else { fatalError("ruined by step \(number)") }
      precondition(again.report.blocks >= report.blocks, "step \(number) of \(steps) costs blocks")
    }
    checkRepaired(file.bytes, report, size: bytes.count)
  }

  private static func checkRewriting(_ bytes: [UInt8], _ repair: WebMRepair<WebMBytes>) throws {
    var file = RepairedFile(from: bytes)
    var rewriter = repair.rewriting()
    while let steps = try rewriter.next() {
      for step in steps { file.apply(step) }
    }
    checkRepaired(file.bytes, repair.report, size: bytes.count)
  }

  /// A repaired file is healthy, so that repairing it again changes nothing, and has lost no block.
  private static func checkRepaired(_ bytes: [UInt8], _ report: WebMRepairReport, size: Int) {
    precondition(bytes.count <= size + overhead, "a repair that adds \(bytes.count - size) bytes")
    guard let again = try? WebMRepair(WebMBytes(bytes)) else { fatalError("a repaired file that is no WebM") }
    precondition(again.report.blocks == report.blocks, "\(report.blocks) blocks became \(again.report.blocks)")
    precondition(again.isHealthy, "a repaired file that needs repair: \(again.report)")
    guard var reader = try? WebMReader(WebMBytes(bytes)) else { return }
    var blocks: UInt64 = 0
    do {
      while let item = try reader.next() {
        switch item {
        case .block: blocks += 1
        case .truncated(let truncation): fatalError("a repaired file that is cut: \(truncation)")
        case .cluster, .element: break
        }
      }
      precondition(blocks == report.blocks, "\(report.blocks) blocks, but \(blocks) are read")
      let cues = try reader.cues()
      precondition(!cues.isEmpty, "a repaired file without an index")
    } catch {
      fatalError("a repaired file that does not read: \(error)")
    }
  }
}
