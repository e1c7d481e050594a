import Media

@testable import WebM

/// Twelve and a half hours and almost 5 GB: a frame of 1.1 MB every 10.000333 s, every 47th a key frame. All but the
/// first share one payload, a given frame followed by zeros, so that it is built in a moment.
struct LongRecording {
  static let frames: Int64 = 4500
  static let keyInterval: Int64 = 47
  static let payloadSize = 1_100_000
  static let duration = time(frames)

  private(set) var file = SparseFile()

  static func time(_ index: Int64) -> MediaTime { MediaTime(nanoseconds: index * 10_000_333_333) }

  init(firstFrame: [UInt8] = [0x10], nextFrame: [UInt8] = [0x11]) throws {
    let zeros = [UInt8](repeating: 0, count: LongRecording.payloadSize - nextFrame.count)
    let payload = nextFrame + zeros
    var muxer = try Samples.muxer()
    file.apply(muxer.start())
    for index in 0..<LongRecording.frames {
      let block = EncodedBlock(
        track: 1, time: LongRecording.time(index), isKeyFrame: index % LongRecording.keyInterval == 0,
        data: index == 0 ? firstFrame : payload)
      file.apply(try muxer.write(block))
    }
    file.apply(muxer.finish(duration: LongRecording.duration))
  }
}
