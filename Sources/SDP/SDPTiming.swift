/// The start and stop time of a session: the `t=` line; both are 0 for an unbounded session. Source: RFC 8866 §5.9.
package struct SDPTiming: SDPValue {
  /// Seconds since 1900.
  package var start: UInt64
  /// Seconds since 1900.
  package var stop: UInt64

  package init(start: UInt64 = 0, stop: UInt64 = 0) {
    self.start = start
    self.stop = stop
  }

  init?(sdp text: Substring) {
    guard let fields = SDPText.fields(text), fields.count == 2, let start: UInt64 = SDPText.decimal(fields[0]),
      let stop: UInt64 = SDPText.decimal(fields[1])
    else { return nil }
    self.init(start: start, stop: stop)
  }

  package var description: String { "\(start) \(stop)" }
}
