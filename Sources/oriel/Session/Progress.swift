import Foundation
import Oriel

/// Measures a recording's time, without pauses, and reports once a second.
struct Progress {
  private let duration: MediaTime?
  private var start: MediaTime?
  private var pausedAt: MediaTime?
  private var paused = MediaTime.zero
  private var lastReport = MediaTime.zero
  private var lastStatistics = MediaRecorderStatistics()
  private var deadline: MediaTime?

  init(duration: MediaTime?) { self.duration = duration }

  mutating func started(now: MediaTime) {
    start = now
    lastReport = now
    deadline = nil
  }

  /// Whether the first picture was recorded.
  var hasStarted: Bool { start != nil }

  mutating func paused(now: MediaTime) { pausedAt = pausedAt ?? now }

  mutating func resumed(now: MediaTime) {
    if let pausedAt { paused += now - pausedAt }
    pausedAt = nil
  }

  mutating func deadline(in time: MediaTime) { deadline = .now + time }

  func isPastDeadline(now: MediaTime) -> Bool { deadline.map { now >= $0 } ?? false }

  /// Whether `duration` has been recorded.
  func isOver(now: MediaTime) -> Bool {
    guard let duration, start != nil else { return false }
    return elapsed(now: now) >= duration
  }

  /// The next time to call `report`: the next second, the end of the recording or the deadline, whichever is first.
  func nextTick(now: MediaTime, isEnding: Bool = false) -> MediaTime {
    var next = (start == nil ? now : lastReport) + .seconds(1)
    if let duration, start != nil, pausedAt == nil, !isEnding { next = min(next, now + duration - elapsed(now: now)) }
    if let deadline { next = min(next, deadline) }
    return next
  }

  private func elapsed(now: MediaTime) -> MediaTime {
    guard let start else { return .zero }
    return (pausedAt ?? now) - start - paused
  }

  /// The event and the live line; nil if the last report is less than a second old.
  mutating func report(
    _ statistics: MediaRecorderStatistics, paused isPaused: Bool, muted isMuted: Bool, now: MediaTime
  ) -> (event: Event.Progress, text: String)? {
    guard start != nil, now - lastReport >= .seconds(1) else { return nil }
    let seconds = (now - lastReport).seconds
    let fps = Double(statistics.framesCaptured - lastStatistics.framesCaptured) / seconds
    let kbps = Double(statistics.bytes - lastStatistics.bytes) * 8 / 1000 / seconds
    lastReport = now
    lastStatistics = statistics
    let time = elapsed(now: now).seconds
    let event = Event.Progress(
      timeSeconds: rounded(time, 3), fps: rounded(fps, 1), kbps: rounded(kbps, 1),
      framesCaptured: statistics.framesCaptured, framesEncoded: statistics.framesEncoded,
      framesDropped: statistics.framesDropped, bytes: statistics.bytes)
    let text =
      "\(isPaused ? "paused " : "")\(isMuted ? "muted " : "")\(Self.clock(time))  \(Self.amount(statistics.bytes))  \(Int(fps.rounded())) fps  "
      + "\(Int(kbps.rounded())) kbit/s  \(statistics.framesDropped) dropped"
    return (event, text)
  }

  /// `1:02:03`.
  static func clock(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    let text = String(format: "%d:%02d", whole / 60 % 60, whole % 60)
    return whole >= 3600 ? "\(whole / 3600):" + String(format: "%02d:%02d", whole / 60 % 60, whole % 60) : text
  }

  /// `12.3 MB`.
  static func amount(_ bytes: UInt64) -> String {
    switch bytes {
    case ..<1_000_000: String(format: "%.1f kB", Double(bytes) / 1e3)
    case ..<1_000_000_000: String(format: "%.1f MB", Double(bytes) / 1e6)
    default: String(format: "%.2f GB", Double(bytes) / 1e9)
    }
  }
}

extension MediaRecorderStatistics {
  /// The summary of the recording into `file`, which is "-" for standard output.
  func summary(of file: String) -> String {
    "\(file == "-" ? "Standard output" : printable(file)): \(Progress.clock(durationSeconds)), \(Progress.amount(bytes)), "
      + (framesCaptured == 1 ? "1 picture" : "\(framesCaptured) pictures")
      + (framesDropped > 0 ? ", \(framesDropped) dropped" : "")
  }
}
