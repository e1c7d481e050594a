import Oriel
import Scenes
import WebM

/// A self-test's recording, decoded.
struct SelfTestFile {
  /// A picture of the recording.
  struct Picture {
    /// The time in the recording, in whole milliseconds.
    let time: MediaTime
    /// The value of its barcode; nil if unreadable.
    let barcode: UInt32?
    /// The mean luma of the flashing field, 0…255.
    let level: Double
  }

  private(set) var pictures: [Picture] = []
  /// The last picture.
  private(set) var last: DecodedPicture?
  /// The left channel, from the start of the recording; empty without sound.
  private(set) var sound: [Float] = []
  /// Frames that cannot be decoded, and gaps in the sound.
  private(set) var faults = 0

  /// - Throws: `WebMError` if `bytes` is not WebM, `EncoderError` without decoders.
  init(_ bytes: [UInt8], _ window: FlashWindow) throws {
    var reader = try WebMReader(WebMBytes(bytes))
    let tracks = Dictionary(reader.tracks.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
    var video = try VP8Decoder()
    var audio = try OpusDecoder()
    /// The expected position of the next samples, in samples from the start.
    var next: Int?
    while let item = try reader.next() {
      guard case .block(let block) = item, let track = tracks[block.track] else { continue }
      for range in block.frames {
        let frame = Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
        if track.isVideo {
          guard let picture = video.decode(frame) else {
            faults += 1
            continue
          }
          take(picture, at: block.time, window)
        } else {
          guard let samples = audio.decode(frame) else {
            faults += 1
            continue
          }
          let start = Self.samples(block.time - track.codecDelay)
          // Timestamps are whole milliseconds: differences up to 2 ms are no gap.
          if let next, abs(start - next) > AudioFrame.sampleRate / 500 { faults += 1 }
          next = (next ?? start) + samples.count / OpusDecoder.channels
          take(samples, from: (next ?? 0) - samples.count / OpusDecoder.channels)
        }
      }
    }
  }

  private static func samples(_ time: MediaTime) -> Int {
    Int((time.seconds * Double(AudioFrame.sampleRate)).rounded())
  }

  private mutating func take(_ picture: DecodedPicture, at time: MediaTime, _ window: FlashWindow) {
    let plane = LumaPlane(samples: picture.luma, width: picture.size.width, height: picture.size.height)
    pictures.append(
      Picture(
        time: time, barcode: Barcode.decode(plane, at: window.barcodeRect), level: plane.mean(of: window.field)))
    last = picture
  }

  /// Samples before time 0 (the codec delay) are dropped, as decoders do.
  private mutating func take(_ samples: ArraySlice<Float>, from start: Int) {
    for (index, sample) in samples.enumerated() where index.isMultiple(of: OpusDecoder.channels) {
      let place = start + index / OpusDecoder.channels
      guard place >= 0 else { continue }
      while sound.count < place { sound.append(0) }
      if sound.count == place { sound.append(sample) }
    }
  }
}
