internal import RTP

extension PayloadType {
  /// - Returns: nil unless `text` is a number from 0 to 127.
  init?(sdp text: Substring) {
    guard let value: UInt8 = SDPText.decimal(text), value < 128 else { return nil }
    self.init(rawValue: value)
  }
}
