internal import Media

/// Whether this machine has an address that peers can reach, and how that changes.
///
/// Reads neither clock nor network: each update is given the addresses and the time.
struct NetworkPresence {
  enum Change: Equatable {
    case none
    /// The last address is gone.
    case lost
    /// There has been no address for `missingDelay`; reported once for each absence.
    case missing
    /// The addresses have changed.
    case moved
    /// There is an address after there was none; `wasMissing` if `missing` was reported.
    case returned(wasMissing: Bool)
  }

  /// How long there is no address before `missing` is reported.
  static let missingDelay = MediaTime.seconds(10)

  private(set) var addresses: Set<String>
  private var missingSince: MediaTime?
  private var isReported = false

  init(_ addresses: Set<String>, now: MediaTime) {
    self.addresses = addresses
    if addresses.isEmpty { missingSince = now }
  }

  /// Whether there is an address.
  var isPresent: Bool { missingSince == nil }

  /// Time to the next check of the addresses: short while there is none, since viewers may be waiting for one.
  var interval: Duration { isPresent ? .seconds(1) : .milliseconds(100) }

  mutating func update(_ new: Set<String>, now: MediaTime) -> Change {
    defer { addresses = new }
    guard let since = missingSince else {
      guard new.isEmpty else { return new == addresses ? .none : .moved }
      missingSince = now
      return .lost
    }
    guard new.isEmpty else {
      defer { (missingSince, isReported) = (nil, false) }
      return .returned(wasMissing: isReported)
    }
    guard !isReported, now - since >= Self.missingDelay else { return .none }
    isReported = true
    return .missing
  }
}
