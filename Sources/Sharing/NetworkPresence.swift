internal import Media

/// Whether this machine has an address that peers can reach, and what a share has to do as that changes.
///
/// Pure: it is given the addresses, and the time, each time that they are looked at.
struct NetworkPresence {
  enum Change: Equatable {
    case none
    /// The last address is gone.
    case lost
    /// There has been no address for `patience`; said once for each absence.
    case missing
    /// There are other addresses than before.
    case moved
    /// There is an address after there was none; `wasMissing` where that has been said.
    case returned(wasMissing: Bool)
  }

  /// How long there may be no address before that is worth a word.
  static let patience = MediaTime.seconds(10)

  private(set) var addresses: Set<String>
  private var missingSince: MediaTime?
  private var isSaid = false

  init(_ addresses: Set<String>, now: MediaTime) {
    self.addresses = addresses
    if addresses.isEmpty { missingSince = now }
  }

  /// Whether there is an address.
  var isPresent: Bool { missingSince == nil }

  /// How long to wait before the next look: short while somebody may be waiting for an address.
  var interval: Duration { isPresent ? .seconds(1) : .milliseconds(100) }

  mutating func update(_ new: Set<String>, now: MediaTime) -> Change {
    defer { addresses = new }
    guard let since = missingSince else {
      guard new.isEmpty else { return new == addresses ? .none : .moved }
      missingSince = now
      return .lost
    }
    guard new.isEmpty else {
      defer { (missingSince, isSaid) = (nil, false) }
      return .returned(wasMissing: isSaid)
    }
    guard !isSaid, now - since >= Self.patience else { return .none }
    isSaid = true
    return .missing
  }
}
