/// The properties common to all statistics. Source: W3C webrtc, `RTCStats`.
public protocol RTCStats: Sendable {
  /// Stable for the same object, and unique in a report.
  var id: String { get }
  var type: RTCStatsType { get }
  /// Milliseconds since 1970.
  var timestamp: Double { get }
}

/// Kinds of statistics. Source: W3C webrtc-stats, `RTCStatsType`.
public enum RTCStatsType: String, Sendable, Hashable, CaseIterable {
  case codec
  case inboundRTP = "inbound-rtp"
  case outboundRTP = "outbound-rtp"
  case remoteInboundRTP = "remote-inbound-rtp"
  case mediaSource = "media-source"
  case transport
  case candidatePair = "candidate-pair"
  case localCandidate = "local-candidate"
  case remoteCandidate = "remote-candidate"
  case certificate
}

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
