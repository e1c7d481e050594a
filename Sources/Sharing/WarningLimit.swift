internal import Media

/// Which warnings are told: each once in ten minutes, and of one viewer, and of one kind, not so many that others are lost among
/// them. Reads no clock.
struct WarningLimit {
  private struct Told {
    let time: MediaTime
    let viewer: String?
    let message: String
  }

  private static let window = MediaTime.seconds(600)
  private static let mostOfOneViewer = 16
  private static let mostOfOneKind = 100

  /// By their codes.
  private var told: [String: [Told]] = [:]

  /// Whether to tell of this; it then counts as told.
  /// - Parameters:
  ///   - code: what kind of warning it is: one of a few.
  ///   - viewer: whose it is; nil for what comes up with many of them and is told once.
  mutating func admits(code: String, viewer: String?, _ message: String, now: MediaTime) -> Bool {
    var recent = (told[code] ?? []).filter { now - $0.time < Self.window }
    defer { told[code] = recent }
    let own = recent.filter { $0.viewer == viewer }
    guard !own.contains(where: { $0.message == message }), own.count < Self.mostOfOneViewer,
      recent.count < Self.mostOfOneKind
    else { return false }
    recent.append(Told(time: now, viewer: viewer, message: message))
    return true
  }
}
