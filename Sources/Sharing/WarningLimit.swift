internal import Media

/// Limits warnings: each is reported once in ten minutes, with at most 16 different ones of a code and a viewer, and 100 of a
/// code, so that they do not bury the others. Reads no clock.
struct WarningLimit {
  private struct Report {
    let time: MediaTime
    let viewer: String?
    let message: String
  }

  private static let window = MediaTime.seconds(600)
  private static let viewerLimit = 16
  private static let codeLimit = 100

  /// By code.
  private var reports: [String: [Report]] = [:]

  /// Whether to report this warning; it then counts as reported.
  /// - Parameters:
  ///   - code: the kind of warning: one of a few.
  ///   - viewer: the viewer's id; nil for a warning that comes from many viewers and is reported once.
  mutating func admits(code: String, viewer: String?, _ message: String, now: MediaTime) -> Bool {
    var recent = (reports[code] ?? []).filter { now - $0.time < Self.window }
    defer { reports[code] = recent }
    let own = recent.filter { $0.viewer == viewer }
    guard !own.contains(where: { $0.message == message }), own.count < Self.viewerLimit,
      recent.count < Self.codeLimit
    else { return false }
    recent.append(Report(time: now, viewer: viewer, message: message))
    return true
  }
}
