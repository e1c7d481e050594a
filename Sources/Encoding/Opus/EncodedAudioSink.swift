public import Media

/// Something that takes a track's coded sound: a recorder, an RTP sender. Its calls come on the encoder's thread with its list
/// of subscribers locked: hand on and return, and call nothing of the encoder but `statistics`.
public protocol EncodedAudioSink: AnyObject, Sendable {
  /// Takes a packet: 20 ms of Opus, the next one right after it.
  ///
  /// Its `timestamp` is the capture time of the first sample that a decoder makes of it; its first *input* sample was captured
  /// `AudioEncoder.lookahead` samples later. So it is what RTP wants, and a WebM block, whose player takes `CodecDelay` off,
  /// stands that delay later. The first `lookahead` samples that come out of a decoder, before the time of the first input, are
  /// the encoder's start, and to be dropped.
  func receive(_ packet: EncodedFrame)

  /// No more packets come.
  /// - Parameters:
  ///   - end: when the sound ended: what packets decode to after it is padding. Nil when there was none at all, or an error.
  ///   - error: why encoding failed, when it did.
  func audioEnded(at end: MediaTime?, error: EncoderError?)
}
