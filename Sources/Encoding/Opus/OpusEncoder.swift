internal import COpus
internal import Media

/// A libopus encoder: stereo at 48 kHz, blocks of 20 ms in, packets out.
///
/// Owned by the thread "oriel-opus". Source: RFC 6716 §2.1, `opus_encoder_create`.
struct OpusEncoder: ~Copyable {
  static let channels = 2
  /// Samples of one channel in a packet.
  static let blockSize = 960
  /// The limit of RFC 6716 §3.2.1 for a 20 ms frame with its header; `AudioEncodingSettings` allows less.
  private static let maximumPacketSize = 1276
  /// From 0 to 10. Music is within a tenth of a decibel of 9 and 10 in each critical band, for two thirds of their CPU
  /// time; below 7 libopus detects no tones, and music loses a whole decibel.
  private static let complexity = 7
  /// After this many equal packets of silence in a row, every further one is the same.
  private static let convergence = 16

  /// Nil only while `init` throws: all properties must be set before that.
  private let handle: OpaquePointer?
  private var packet: [UInt8]
  /// The last packet of silence, and how many equal ones came in a row.
  private var silence: (packet: [UInt8], count: Int) = ([], 0)

  init(_ settings: AudioEncodingSettings) throws(EncoderError) {
    var status: Int32 = 0
    handle = opus_encoder_create(
      Int32(AudioFrame.sampleRate), Int32(Self.channels), OPUS_APPLICATION_AUDIO, &status)
    packet = [UInt8](repeating: 0, count: Self.maximumPacketSize)
    guard handle != nil, status == OPUS_OK else { throw Self.error("opus_encoder_create", status) }
    let settings = settings.usable
    try set(OPUS_SET_BITRATE_REQUEST, settings.bitrate)
    try set(OPUS_SET_INBAND_FEC_REQUEST, settings.usesForwardErrorCorrection ? 1 : 0)
    try set(OPUS_SET_PACKET_LOSS_PERC_REQUEST, settings.expectedLossPercent)
    try set(OPUS_SET_DTX_REQUEST, 0)
    try set(OPUS_SET_COMPLEXITY_REQUEST, Self.complexity)
  }

  deinit { if let handle { opus_encoder_destroy(handle) } }

  /// Samples of one channel by which a decoder's output lags behind the input. Source: `OPUS_GET_LOOKAHEAD`.
  var lookahead: Int {
    var samples: Int32 = 0
    return oriel_opus_get(handle, OPUS_GET_LOOKAHEAD_REQUEST, &samples) == OPUS_OK ? Int(samples) : 0
  }

  /// Codes one block.
  /// - Parameter samples: in −1…1, left and right interleaved, `blockSize` of each.
  /// - Throws: `EncoderError` with libopus's status.
  mutating func encode(_ samples: [Float]) throws(EncoderError) -> [UInt8] {
    precondition(samples.count == Self.blockSize * Self.channels, "a block has 20 ms of stereo sound")
    guard let handle else { throw Self.error("opus_encode_float", OPUS_INVALID_STATE) }
    let isSilent = samples.allSatisfy { $0 == 0 }
    // Once the encoder and every decoder are in the state of silence, encoding more of it would change nothing.
    if isSilent, silence.count >= Self.convergence { return silence.packet }
    let count = opus_encode_float(
      handle, samples, Int32(Self.blockSize), &packet, opus_int32(Self.maximumPacketSize))
    guard count > 0 else { throw Self.error("opus_encode_float", count) }
    let coded = Array(packet[..<Int(count)])
    silence = isSilent ? (coded, coded == silence.packet ? silence.count + 1 : 0) : ([], 0)
    return coded
  }

  private func set(_ request: Int32, _ value: Int) throws(EncoderError) {
    let status = oriel_opus_set(handle, request, Int32(value))
    guard status == OPUS_OK else { throw Self.error("opus_encoder_ctl \(request)", status) }
  }

  private static func error(_ function: String, _ status: Int32) -> EncoderError {
    EncoderError(codec: "Opus", function: function, status: Int(status), detail: String(cString: opus_strerror(status)))
  }
}
