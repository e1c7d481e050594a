package import Media

/// The identification header of an Opus stream, stored in the track's `CodecPrivate`.
///
/// Source: RFC 7845 §5.1.
package struct OpusHead: Sendable, Equatable {
  /// 1 or 2: channel mapping family 0.
  package var channels: UInt8
  /// Samples at 48 kHz that a decoder drops at the start: the encoder's lookahead.
  package var preSkip: UInt16
  /// The rate of the sound before encoding, in Hz; for information.
  package var inputSampleRate: UInt32

  /// A header for mono or stereo.
  package init(channels: UInt8, preSkip: UInt16, inputSampleRate: UInt32 = 48_000) {
    self.channels = channels
    self.preSkip = preSkip
    self.inputSampleRate = inputSampleRate
  }

  /// The pre-skip as time, for `CodecDelay`.
  package var delay: MediaTime { MediaTime(nanoseconds: (Int64(preSkip) * 1_000_000_000 + 24_000) / 48_000) }

  /// The header's 19 bytes.
  package var bytes: [UInt8] {
    var bytes = Array("OpusHead".utf8) + [1, channels]
    bytes += [UInt8(truncatingIfNeeded: preSkip), UInt8(truncatingIfNeeded: preSkip >> 8)]
    for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: inputSampleRate >> shift)) }
    return bytes + [0, 0, 0]
  }
}
