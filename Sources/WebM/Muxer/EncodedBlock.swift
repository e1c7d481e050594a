package import Media

/// One encoded frame to be written to a file.
package struct EncodedBlock: Sendable {
  /// The number of its track.
  package var track: Int
  /// The frame's timestamp in the file, from the recording's start; on a track with a codec delay, players subtract
  /// that.
  package var time: MediaTime
  /// Whether it decodes without earlier frames. True for all audio.
  package var isKeyFrame: Bool
  /// The frame; passed on without a copy.
  package var data: [UInt8]
  /// Written as its duration; nil for most frames, which last until the next.
  package var duration: MediaTime?
  /// Decoded sound to drop from its end; for the last frame of an Opus track.
  package var discardPadding: MediaTime?

  /// A frame for a muxer.
  package init(
    track: Int, time: MediaTime, isKeyFrame: Bool, data: [UInt8], duration: MediaTime? = nil,
    discardPadding: MediaTime? = nil
  ) {
    self.track = track
    self.time = time
    self.isKeyFrame = isKeyFrame
    self.data = data
    self.duration = duration
    self.discardPadding = discardPadding
  }
}

/// The bytes around a frame: of a SimpleBlock, or of a BlockGroup if the frame has a duration or padding.
///
/// Source: RFC 9559 §5.1.3.4, §5.1.3.5 and §10.
struct BlockFraming {
  private(set) var head: [UInt8]
  private(set) var tail: [UInt8] = []

  /// - Parameters:
  ///   - relativeTimestamp: from its cluster, in milliseconds.
  ///   - sincePrevious: milliseconds since the track's previous frame, for the ReferenceBlock of frames other than key
  ///     frames.
  init(_ block: EncodedBlock, relativeTimestamp: Int16, sincePrevious: Int64) {
    let isSimple = block.duration == nil && block.discardPadding == nil
    var inner = EBMLWriter()
    inner.id(isSimple ? .simpleBlock : .block)
    inner.size(UInt64(4 + block.data.count))
    inner.size(UInt64(block.track))
    inner.bigEndian(UInt64(UInt16(bitPattern: relativeTimestamp)), length: 2)
    inner.bigEndian(isSimple && block.isKeyFrame ? 0x80 : 0, length: 1)
    head = inner.bytes
    guard !isSimple else { return }

    var extra = EBMLWriter()
    if let duration = block.duration { extra.unsigned(.blockDuration, UInt64(max(0, duration.roundedMilliseconds))) }
    if !block.isKeyFrame { extra.signed(.referenceBlock, -sincePrevious) }
    if let padding = block.discardPadding { extra.signed(.discardPadding, padding.nanoseconds) }
    tail = extra.bytes

    var group = EBMLWriter()
    group.id(.blockGroup)
    group.size(UInt64(head.count + block.data.count + tail.count))
    head = group.bytes + head
  }
}
