/// The bit rates of video and sound. Source: W3C MediaStream Recording §2.3; the shares are Chromium's.
struct RecorderBitrates: Equatable {
  var video: Int
  var audio: Int

  /// - Parameters:
  ///   - video: the encoding's own bit rate, for when the options have none.
  ///   - hasVideo: whether there is video to record, as far as that is known.
  ///   - hasAudio: the same for sound.
  init(_ options: MediaRecorderOptions, video: Int, hasVideo: Bool = true, hasAudio: Bool = true) {
    guard let all = options.bitsPerSecond else {
      self.video = options.videoBitsPerSecond ?? video
      audio = options.audioBitsPerSecond ?? 128_000
      return
    }
    // Opus supports 5 to 510 kbit/s.
    let sound = min(max(hasVideo ? all / 10 : all, 5000), 510_000)
    audio = hasAudio ? sound : 0
    self.video = hasVideo ? max(all - audio, 10_000) : 0
  }
}
