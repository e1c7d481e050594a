internal import Media

/// A session's congestion control: its estimate of the available bitrate.
///
/// The receiver-side one is the only one so far. Sender-side control by transport-wide feedback will be another case;
/// the calls below already pass what it needs.
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

  /// Packets were sent.
  /// - Parameter next: the transport-wide sequence number after their last one.
  mutating func sent(packets: Int, bytes: Int, next: SequenceNumber, now: MediaTime) {
    update { $0.sent(now: now) }
  }

  mutating func received(maximumBitrate: UInt64, now: MediaTime) {
    update { $0.received(maximumBitrate: maximumBitrate, now: now) }
  }

  /// A receiver's report answered one of our sender reports.
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
