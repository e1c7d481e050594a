/// All statistics of a connection at one time, by their ids. Source: W3C webrtc, `RTCStatsReport`.
public struct RTCStatsReport: Sendable {
  private var entries: [String: any RTCStats] = [:]

  public init() {}

  /// Adds statistics, in the place of others of the same id.
  public mutating func add(_ stats: some RTCStats) { entries[stats.id] = stats }

  public subscript(id: String) -> (any RTCStats)? { entries[id] }

  public var count: Int { entries.count }

  /// All of one kind, in the order of their ids.
  public func all<Stats: RTCStats>(_ kind: Stats.Type) -> [Stats] {
    entries.values.compactMap { $0 as? Stats }.sorted { $0.id < $1.id }
  }

  /// All, in the order of their ids.
  public var all: [any RTCStats] { entries.values.sorted { $0.id < $1.id } }
}
