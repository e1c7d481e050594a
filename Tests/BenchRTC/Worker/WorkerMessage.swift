/// A request to a worker, as a line of JSON.
struct WorkerRequest: Codable, Sendable {
  enum Action: String, Codable, Sendable {
    /// Create connections that send the desktop, and an offer for each.
    case offer
    /// Set the answers to the newest offers, and wait until the connections are established.
    case accept
    /// Create a connection that discards the media, and an answer, for each offer.
    case answer
    case figures
  }

  var number = 0
  var action: Action
  var count = 0
  var descriptions: [String] = []
}

/// A worker's reply.
struct WorkerReply: Codable, Sendable {
  var number: Int
  var descriptions: [String] = []
  var figures: WorkerFigures?
  var error: String?
}

/// A worker's totals so far.
struct WorkerFigures: Codable, Sendable {
  var framesEncoded = 0
  var packetsSent = 0
  var bytesSent = 0
  var packetsDiscarded = 0
  var packetsReceived = 0
  /// Established connections.
  var connected = 0
}
