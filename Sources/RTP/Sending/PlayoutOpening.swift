internal import Media

/// Which picture is a stream's first, that a receiver is to show otherwise than the rest, and whether it knows how the rest are
/// to be shown.
struct PlayoutOpening {
  private var first: MediaTime?
  /// The first packet that said what holds after the first picture.
  private var said: Int64?
  private var isKnown = false

  /// A picture is about to be sent.
  mutating func send(_ frame: PacketizedFrame) { first = first ?? frame.captureTime }

  func holds(_ frame: PacketizedFrame) -> Bool { first.map { frame.captureTime <= $0 } ?? true }

  /// Whether a packet of a later picture is to say what holds now.
  mutating func isToSay(in sequence: Int64) -> Bool {
    if said == nil { said = sequence }
    return !isKnown
  }

  /// The remote end has seen packets up to this one.
  mutating func received(upTo sequence: Int64) {
    if let said, sequence >= said { isKnown = true }
  }
}
