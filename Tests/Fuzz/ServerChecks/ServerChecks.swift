/// Properties of a room server's and a room client's connections for arbitrary input; checked by the fuzzer, and by tests with
/// its corpus. A violation traps.
package enum ServerChecks {
  /// Chooses the check by the first byte. For connections the others are pieces, each after a byte for its kind. A piece ends
  /// with 0xFE, or begins with 0xFD and its length in two bytes.
  package static func check(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let rest = bytes.dropFirst()
    switch first & 3 {
    case 0: NameChecks.check(rest)
    case 1: SplitChecks.check(rest)
    case 2: ConnectionChecks.check(Pieces(rest))
    default: ClientChecks.check(Pieces(rest), throughProxy: first & 4 != 0, isPolling: first & 8 != 0)
    }
  }
}

/// An input in pieces, each after a byte for its kind.
struct Pieces: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() -> (kind: UInt8, bytes: ArraySlice<UInt8>)? {
    guard let kind = rest.popFirst() else { return nil }
    if rest.first == 0xFD, rest.count >= 3 {
      let start = rest.startIndex
      let count = Int(rest[start + 1]) << 8 | Int(rest[start + 2])
      let piece = rest.dropFirst(3).prefix(count)
      rest = rest[piece.endIndex...]
      return (kind, piece)
    }
    let end = rest.firstIndex(of: 0xFE) ?? rest.endIndex
    let piece = rest[..<end]
    rest = rest[Swift.min(end + 1, rest.endIndex)...]
    return (kind, piece)
  }
}
