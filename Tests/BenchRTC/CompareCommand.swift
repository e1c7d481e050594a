import ArgumentParser
import Foundation
import Harness

/// Measures, and prints the tables.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "compare", abstract: "Measure (the default).")

  @Option(
    name: .customLong("part"),
    help: "A part to run: delay, viewers, fanout, joins; repeatable (default: the first three).")
  var parts: [BenchPart] = []

  @Option(
    name: .customLong("sharer"), help: "A sharer to run: oriel, chromium, share; repeatable (default: the first two).")
  var sharers: [Sharer] = []

  @Option(help: "Write the figures to this file as JSON.")
  var output: String?

  @Flag(help: "Short runs, to try the benchmark itself.")
  var quick = false

  func run() async throws {
    Interruption.handleSignals()
    guard Chromium.isInstalled else {
      throw ValidationError("Chromium is not installed; `make bench-rtc` installs it.")
    }
    let plan = quick ? RTCPlan.quick : RTCPlan()
    let parts = parts.isEmpty ? [.delay, .viewers, .fanout] : parts
    let sharers = sharers.isEmpty ? [.oriel, .chromium] : sharers
    var report = RTCReport(plan: plan, chromium: try await version())
    if parts.contains(.delay) {
      for sharer in sharers {
        progress("delay, \(sharer.title)")
        report.delays.append(await DelayResult(sharer, plan))
      }
    }
    if parts.contains(.viewers) {
      for sharer in sharers {
        progress("viewers, \(sharer.title)")
        report.sharing += await SharingResult.all(sharer, plan)
      }
    }
    if parts.contains(.fanout) {
      progress("fan-out")
      report.fanOut = await FanOutResult.all(plan)
    }
    if parts.contains(.joins) {
      progress("joins")
      report.joins = await JoinResult(plan)
    }
    print(report.markdown)
    if let output { try report.write(to: URL(filePath: output)) }
    for failure in report.failures { progress("failed: \(failure)") }
    if !report.failures.isEmpty { throw ExitCode.failure }
  }

  private func version() async throws -> String {
    let browser = try await Chromium()
    let version = try await browser.version
    try await browser.close()
    return version
  }

  private func progress(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
  }
}
