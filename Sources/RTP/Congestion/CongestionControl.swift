internal import Media

/// How a session finds out what its path carries.
///
/// There is one way so far. Control by the sender, out of transport-wide feedback, will be another case: what it needs to
/// know comes by here already.
enum CongestionControl {
  case receiverSide(ReceiverSideControl)

  /// Bits per second, all streams together.
  var bitrate: Int {
    switch self {
    case .receiverSide(let control): control.bitrate
    }
  }

  mutating func setBounds(minimum: Int, maximum: Int) {
    update { $0.setBounds(minimum: minimum, maximum: maximum) }
  }

  /// Packets leave.
  /// - Parameter next: the transport-wide number behind their last.
  mutating func sent(packets: Int, bytes: Int, next: SequenceNumber, now: MediaTime) {
    update { $0.sent(now: now) }
  }

  mutating func received(maximumBitrate: UInt64, now: MediaTime) {
    update { $0.received(maximumBitrate: maximumBitrate, now: now) }
  }

  /// A report answers one of ours.
  mutating func received(roundTrip: MediaTime, now: MediaTime) {
    update { $0.received(roundTrip: roundTrip, now: now) }
  }

  mutating func received(lost: Int, of expected: Int, roundTrip: MediaTime?, now: MediaTime) {
    update { $0.received(lost: lost, of: expected, roundTrip: roundTrip, now: now) }
  }

  mutating func received(_ feedback: RTCPTransportFeedback, now: MediaTime) {}

  private mutating func update(_ change: (inout ReceiverSideControl) -> Void) {
    switch self {
    case .receiverSide(var control):
      change(&control)
      self = .receiverSide(control)
    }
  }
}
