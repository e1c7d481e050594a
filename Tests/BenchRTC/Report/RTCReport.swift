import Foundation
import Harness

/// All figures of one run.
struct RTCReport: Codable, Sendable {
  var date = Date()
  var machine = Machine.current
  var plan: RTCPlan
  var chromium: String
  var delays: [DelayResult] = []
  var sharing: [SharingResult] = []
  var fanOut: [FanOutResult] = []
  var joins: JoinResult?

  init(plan: RTCPlan, chromium: String) {
    self.plan = plan
    self.chromium = chromium
  }

  var failures: [String] {
    delays.flatMap { result in result.failures.map { "delay, \(result.sharer.title): \($0)" } }
      + sharing.compactMap { result in result.failure.map { "viewers, \(result.sharer.title): \($0)" } }
      + fanOut.compactMap { result in result.failure.map { "fan-out: \($0)" } }
      + [joins?.failure].compactMap { $0.map { "joins: \($0)" } }
  }

  func write(to file: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    try encoder.encode(self).write(to: file)
  }
}
