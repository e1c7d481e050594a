internal import COpus
internal import Media

/// One libopus encoder: stereo at 48 kHz, blocks of 20 ms in, packets out.
///
/// Owned by the thread "oriel-opus". Source: RFC 6716 §2.1, `opus_encoder_create`.
struct OpusEncoder: ~Copyable {
  static let channels = 2
  /// Samples of one channel in a packet.
  static let blockSize = 960
  /// What RFC 6716 §3.2.1 allows a frame of 20 ms, its header included, and more than `AudioEncodingSettings` lets it have.
  private static let maximumPacketSize = 1276
  /// Of 0 to 10. Music comes out within a tenth of a decibel of what 9 and 10 make of it, in each critical band, for two thirds
  /// of their work; below 7 libopus does not look for tones, and music loses a whole decibel.
  private static let complexity = 7
  /// So many equal packets of silence, one after the other, and every further one is the same.
  private static let convergence = 16

  /// Nil only on the way to an error: what throws must have all its values first.
  private let handle: OpaquePointer?
  private var packet: [UInt8]
  /// What silence came to last, and how often in a row.
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

  /// Samples of one channel by which what a decoder gives lags behind what went in. Source: `OPUS_GET_LOOKAHEAD`.
  var lookahead: Int {
    var samples: Int32 = 0
    return oriel_opus_get(handle, OPUS_GET_LOOKAHEAD_REQUEST, &samples) == OPUS_OK ? Int(samples) : 0
  }

  /// Codes one block.
  /// - Parameter samples: in −1…1, left and right in turns, `blockSize` of each.
  /// - Throws: `EncoderError` with libopus's status.
  mutating func encode(_ samples: [Float]) throws(EncoderError) -> [UInt8] {
    precondition(samples.count == Self.blockSize * Self.channels, "a block has 20 ms of stereo sound")
    guard let handle else { throw Self.error("opus_encode_float", OPUS_INVALID_STATE) }
    let isSilent = samples.allSatisfy { $0 == 0 }
    // Once silence is all that the encoder and every decoder remember, its time may as well stand still.
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
