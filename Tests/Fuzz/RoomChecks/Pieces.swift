/// An input in pieces, each with a byte before it that says what kind it is. The separator is no UTF-8, so that texts come
/// whole.
struct Pieces: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() -> (kind: UInt8, bytes: ArraySlice<UInt8>)? {
    guard let kind = rest.popFirst() else { return nil }
    let end = rest.firstIndex(of: 0xFE) ?? rest.endIndex
    let piece = rest[..<end]
    rest = rest[Swift.min(end + 1, rest.endIndex)...]
    return (kind, piece)
  }
}
