/// What a worker is asked for; a line of JSON each.
struct WorkerRequest: Codable, Sendable {
  enum Action: String, Codable, Sendable {
    /// Make connections that send the desktop, and an offer for each.
    case offer
    /// Give the answers to the newest offers, and wait until the connections are up.
    case accept
    /// Make a connection for each offer that discards what comes, and an answer.
    case answer
    case figures
  }

  var number = 0
  var action: Action
  var count = 0
  var descriptions: [String] = []
}

/// What it says.
struct WorkerReply: Codable, Sendable {
  var number: Int
  var descriptions: [String] = []
  var figures: WorkerFigures?
  var error: String?
}

/// What it has done so far.
struct WorkerFigures: Codable, Sendable {
  var framesEncoded = 0
  var packetsSent = 0
  var bytesSent = 0
  var packetsDiscarded = 0
  var packetsReceived = 0
  /// Connections that are up.
  var connected = 0
}
