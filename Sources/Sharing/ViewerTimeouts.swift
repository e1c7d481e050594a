/// How long a viewer's connection waits: for the answer to the first offer, and to be made.
///
/// Reads no clock: `second` is called once a second.
struct ViewerTimeouts {
  enum Timeout: Equatable {
    /// No connection has been made.
    case connection
    /// The first offer has not been answered.
    case answer
  }

  /// Seconds without an answer to an offer.
  private static let longestSilence = 15
  /// Seconds until a connection must be made. ICE fails by itself only if the peer signals the end of its candidates, which not
  /// every page does.
  private static let longestSearch = 20

  /// Seconds without an answer to the first offer; nil after the answer, or if the viewer offers.
  private var silence: Int?
  /// Seconds without a connection since both descriptions are set, or since this machine has an address again; nil before that,
  /// and once connected.
  private var search: Int?

  init(awaitsAnswer: Bool) { silence = awaitsAnswer ? 0 : nil }

  mutating func answered() { silence = nil }

  /// A path is sought from now on, unless one is sought already.
  mutating func beginSearch() { search = search ?? 0 }

  /// A path is sought again: the time for it starts at zero.
  mutating func restartSearch() { search = 0 }

  mutating func connected() { search = nil }

  /// Counts one second.
  /// - Returns: what has not come in time; each is returned once.
  mutating func second() -> [Timeout] {
    var timeouts: [Timeout] = []
    if let seconds = search {
      search = seconds < Self.longestSearch ? seconds + 1 : nil
      if search == nil { timeouts.append(.connection) }
    }
    if let seconds = silence {
      silence = seconds < Self.longestSilence ? seconds + 1 : nil
      if silence == nil { timeouts.append(.answer) }
    }
    return timeouts
  }
}
