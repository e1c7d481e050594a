/// An input in pieces, each after a byte for its kind. The separator is not valid UTF-8, so that texts stay whole.
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
