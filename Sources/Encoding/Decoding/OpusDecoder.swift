internal import COpus
internal import Media

/// A libopus decoder to stereo at 48 kHz, for checking recordings, not for playing them.
///
/// Owned by one thread at a time. Source: RFC 6716 §4, `opus_decoder_create`.
package struct OpusDecoder: ~Copyable {
  package static let channels = 2
  /// Samples of one channel in the longest packet, 120 ms.
  private static let longest = 5760

  private let handle: OpaquePointer
  private var samples = [Float](repeating: 0, count: longest * channels)

  /// - Throws: `EncoderError` with libopus's status.
  package init() throws(EncoderError) { handle = try Self.create() }

  private static func create() throws(EncoderError) -> OpaquePointer {
    var status: Int32 = 0
    let created = opus_decoder_create(Int32(AudioFrame.sampleRate), Int32(channels), &status)
    guard let created, status == OPUS_OK else {
      throw EncoderError(
        codec: "Opus", function: "opus_decoder_create", status: Int(status),
        detail: String(cString: opus_strerror(status)))
    }
    return created
  }

  deinit { opus_decoder_destroy(handle) }

  /// Decodes a packet.
  /// - Returns: samples in −1…1, left and right interleaved; nil for an invalid packet.
  package mutating func decode(_ packet: [UInt8]) -> ArraySlice<Float>? {
    let count = opus_decode_float(handle, packet, Int32(packet.count), &samples, Int32(Self.longest), 0)
    return count > 0 ? samples[..<(Int(count) * Self.channels)] : nil
  }
}
