internal import Media

/// A video encoder's subscribers: which of them wait for a key frame, and what bit rates they can receive. Used under a
/// lock, with which sinks are called, so that a removed one gets no more calls.
struct VideoSubscribers {
  private struct Subscriber {
    let sink: any EncodedVideoSink
    /// Frames before the next key frame are useless to it.
    var awaitsKeyFrame = true
    /// Bits a second available to each viewer that it stands for; nil for no limit.
    var availableBitrates: [Int]?
  }

  private var list: [Subscriber] = []
  private var size: PixelSize?
  /// Refuses new subscribers.
  private var isClosed = false

  var isEmpty: Bool { list.isEmpty }

  /// Whether any needs a constant size, as a file does.
  var keepsSize: Bool { list.contains { $0.sink.keepsSize } }

  /// Adds a subscriber, and reports the size to it.
  /// - Returns: whether it is the first; nil when it was refused.
  mutating func add(_ sink: any EncodedVideoSink) -> Bool? {
    guard !isClosed else { return nil }
    if let size { sink.videoSizeChanged(size) }
    list.append(Subscriber(sink: sink))
    return list.count == 1
  }

  /// Removes a subscriber; none can be added after the last.
  mutating func remove(_ sink: any EncodedVideoSink) {
    list.removeAll { $0.sink === sink }
    isClosed = isClosed || list.isEmpty
  }

  /// Refuses new subscribers if `sink` is the only one.
  /// - Returns: whether it is.
  mutating func closeIfOnly(_ sink: any EncodedVideoSink) -> Bool {
    guard list.count == 1, list[0].sink === sink else { return false }
    isClosed = true
    return true
  }

  // MARK: - Bit rate

  /// - Returns: whether `sink` is a subscriber.
  mutating func setAvailableBitrates(_ bitrates: [Int]?, for sink: any EncodedVideoSink) -> Bool {
    guard let index = list.firstIndex(where: { $0.sink === sink }) else { return false }
    list[index].availableBitrates = bitrates
    return true
  }

  /// The bits a second to encode with: the median of all viewers' (the lower of two) within `settings`, or those of
  /// `settings` while any subscriber has no limit, or nothing is known.
  func bitrate(within settings: EncodingSettings) -> Int {
    let bitrates = list.compactMap(\.availableBitrates)
    guard bitrates.count == list.count else { return settings.bitrate }
    let all = bitrates.joined().sorted()
    guard !all.isEmpty else { return settings.bitrate }
    return min(max(all[(all.count - 1) / 2], settings.minimumBitrate), settings.bitrate)
  }

  // MARK: - Calls

  mutating func report(_ size: PixelSize) {
    self.size = size
    for index in list.indices {
      list[index].awaitsKeyFrame = true
      list[index].sink.videoSizeChanged(size)
    }
  }

  func report(_ skipped: [SkippedFrame]) {
    guard !skipped.isEmpty else { return }
    for subscriber in list where !subscriber.awaitsKeyFrame { subscriber.sink.skipped(skipped) }
  }

  mutating func deliver(_ frame: EncodedVideoFrame) {
    for index in list.indices {
      if frame.isKeyFrame { list[index].awaitsKeyFrame = false }
      if !list[index].awaitsKeyFrame { list[index].sink.receive(frame) }
    }
  }

  /// Reports the end, and refuses new subscribers.
  mutating func end(error: EncoderError?) {
    isClosed = true
    for subscriber in list { subscriber.sink.videoEnded(error: error) }
  }
}
