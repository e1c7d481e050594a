/// All statistics of a connection at one time, by their ids. Source: W3C webrtc, `RTCStatsReport`.
public struct RTCStatsReport: Sendable {
  private var entries: [String: any RTCStats] = [:]

  public init() {}

  /// Adds statistics, replacing any with the same id.
  public mutating func add(_ stats: some RTCStats) { entries[stats.id] = stats }

  public subscript(id: String) -> (any RTCStats)? { entries[id] }

  public var count: Int { entries.count }

  /// All of one type, ordered by id.
  public func all<Stats: RTCStats>(_ kind: Stats.Type) -> [Stats] {
    entries.values.compactMap { $0 as? Stats }.sorted { $0.id < $1.id }
  }

  /// All, ordered by id.
  public var all: [any RTCStats] { entries.values.sorted { $0.id < $1.id } }
}
