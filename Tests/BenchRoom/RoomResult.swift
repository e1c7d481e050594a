import Foundation
import Harness

/// The cost of a number of operations on a server.
struct Cost: Codable {
  let count: Int
  let seconds: Double
  let cpuSeconds: Double

  /// Measures `body`, which performs `count` operations on `server`.
  static func of(_ count: Int, _ server: ServerUnderTest, _ body: () async throws -> Void) async throws -> Cost {
    let (start, used) = (MonotonicClock.seconds, server.cpuSeconds)
    try await body()
    return Cost(count: count, seconds: MonotonicClock.seconds - start, cpuSeconds: server.cpuSeconds - used)
  }

  var perSecond: Double { Double(count) / seconds }
  var perCore: Double { Double(count) / cpuSeconds }
}

/// The results of one server.
struct RoomResult: Codable {
  let server: String
  let clients: Int
  var connecting: Cost?
  /// Resident memory, when all are idle, and after all messages.
  var bytesPerConnection = 0
  var bytesPerConnectionAfter = 0
  /// Messages to the large room, one after the other, then all at once.
  var broadcasting: Cost?
  var bursting: Cost?
  /// Messages to the small rooms.
  var talking: Cost?

  init(server: String, clients: Int) {
    self.server = server
    self.clients = clients
  }

  static let head = """
    | server | connections/s, per core | kB/connection idle, after | large room: messages/s, per core | at once | small rooms |
    |---|---|---|---|---|---|
    """

  /// A row of the table.
  var row: String {
    "| \(server) | \(pair(connecting)) | \(kilobytes(bytesPerConnection)), \(kilobytes(bytesPerConnectionAfter)) "
      + "| \(pair(broadcasting)) | \(pair(bursting)) | \(pair(talking)) |"
  }

  private func pair(_ cost: Cost?) -> String {
    cost.map { "\(Int($0.perSecond)), \(Int($0.perCore))" } ?? "–"
  }

  private func kilobytes(_ bytes: Int) -> String { String(format: "%.1f", Double(bytes) / 1000) }
}
