internal import Media

/// Decides which packets carry the playout delay of a stream whose first frame has another delay than the rest.
struct FirstPictureDelay {
  private var first: MediaTime?
  /// The first packet that carried the delay of the later frames.
  private var firstSequence: Int64?
  private var isReceived = false

  /// A frame is about to be sent.
  mutating func willSend(_ frame: PacketizedFrame) { first = first ?? frame.captureTime }

  /// Whether `frame` is the first one, so that its own delay applies.
  func covers(_ frame: PacketizedFrame) -> Bool { first.map { frame.captureTime <= $0 } ?? true }

  /// Whether this packet of a later frame must carry the delay: true until the remote end has received one that did.
  mutating func shouldSend(in sequence: Int64) -> Bool {
    if firstSequence == nil { firstSequence = sequence }
    return !isReceived
  }

  /// The remote end has reported packets up to this one.
  mutating func received(upTo sequence: Int64) {
    if let firstSequence, sequence >= firstSequence { isReceived = true }
  }
}
