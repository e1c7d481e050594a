import Oriel
import Scenes
import WebM

/// A self-test's recording, decoded.
struct SelfTestFile {
  /// A picture of the recording.
  struct Picture {
    /// In the recording, to the millisecond.
    let time: MediaTime
    /// What its barcode says; nil where there is none to be read.
    let barcode: UInt32?
    /// Of the field, 0…255.
    let level: Double
  }

  private(set) var pictures: [Picture] = []
  /// The last picture whole.
  private(set) var last: DecodedPicture?
  /// The left channel, from the recording's beginning on; empty without sound.
  private(set) var sound: [Float] = []
  /// Frames that no decoder takes, and times at which the sound has a gap.
  private(set) var faults = 0

  /// - Throws: `WebMError` for what is no WebM, `EncoderError` without decoders.
  init(_ bytes: [UInt8], _ window: FlashWindow) throws {
    var reader = try WebMReader(WebMBytes(bytes))
    let tracks = Dictionary(reader.tracks.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
    var video = try VP8Decoder()
    var audio = try OpusDecoder()
    /// Where the next samples belong, in samples from the beginning.
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
          // Times are whole milliseconds.
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

  /// What lies before the beginning is what decoders throw away.
  private mutating func take(_ samples: ArraySlice<Float>, from start: Int) {
    for (index, sample) in samples.enumerated() where index.isMultiple(of: OpusDecoder.channels) {
      let place = start + index / OpusDecoder.channels
      guard place >= 0 else { continue }
      while sound.count < place { sound.append(0) }
      if sound.count == place { sound.append(sample) }
    }
  }
}
