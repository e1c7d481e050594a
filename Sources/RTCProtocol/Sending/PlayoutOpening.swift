internal import Media

/// Which of a stream's pictures are its first, that a receiver is to show otherwise than the rest, and whether it knows how the
/// rest are to be shown.
struct PlayoutOpening {
  /// For whoever lost the very first picture.
  static let duration = MediaTime.milliseconds(500)

  private var end: MediaTime?
  /// The first packet that said what holds after the opening.
  private var said: Int64?
  private var isKnown = false

  /// A picture is about to be sent.
  mutating func send(_ frame: PacketizedFrame) {
    if end == nil { end = frame.captureTime + Self.duration }
  }

  func holds(_ frame: PacketizedFrame) -> Bool { end.map { frame.captureTime < $0 } ?? true }

  /// Whether a packet behind the opening is to say what holds now.
  mutating func isToSay(in sequence: Int64) -> Bool {
    if said == nil { said = sequence }
    return !isKnown
  }

  /// The remote end has seen packets up to this one.
  mutating func received(upTo sequence: Int64) {
    if let said, sequence >= said { isKnown = true }
  }
}
