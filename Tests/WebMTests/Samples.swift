import Media

@testable import WebM

/// Small recordings that the tests share.
enum Samples {
  static let opusHead = OpusHead(channels: 2, preSkip: 312)

  /// Bytes of a hexadecimal string; whitespace is ignored.
  static func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }
    var bytes: [UInt8] = []
    var rest = digits[...]
    while let byte = UInt8(rest.prefix(2), radix: 16) {
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    return bytes
  }

  static func muxer(_ mode: WebMMuxer.Mode = .seekable, withAudio: Bool = false) throws -> WebMMuxer {
    var tracks = [WebMTrack.vp8(number: 1, width: 64, height: 48)]
    if withAudio { tracks.append(.opus(number: 2, head: opusHead)) }
    return try WebMMuxer(tracks: tracks, writingApplication: "Oriel 0", mode: mode)
  }

  /// A video frame of `size` bytes, each the lowest byte of its time.
  static func frame(_ milliseconds: Int64, key: Bool = false, size: Int = 3) -> EncodedBlock {
    EncodedBlock(
      track: 1, time: .milliseconds(milliseconds), isKeyFrame: key,
      data: [UInt8](repeating: UInt8(truncatingIfNeeded: milliseconds), count: size))
  }

  /// Video and sound of 3 s: two key frames, a BlockDuration and a DiscardPadding at the end.
  static func recording(_ mode: WebMMuxer.Mode = .seekable) throws -> (file: MemoryFile, blocks: [EncodedBlock]) {
    var muxer = try muxer(mode, withAudio: true)
    var blocks: [EncodedBlock] = []
    for i in 0..<8 as Range<Int64> {
      blocks.append(EncodedBlock(track: 2, time: .milliseconds(i * 300), isKeyFrame: true, data: [0xFC, UInt8(i)]))
      blocks.append(frame(i * 300 + 1, key: i % 5 == 0, size: 3 + Int(i)))
    }
    blocks.append(
      EncodedBlock(
        track: 1, time: .milliseconds(2500), isKeyFrame: false, data: [7, 7], duration: .milliseconds(500)))
    blocks.append(
      EncodedBlock(
        track: 2, time: .milliseconds(2600), isKeyFrame: true, data: [0xFC], discardPadding: .milliseconds(7)))
    var file = MemoryFile()
    file.apply(muxer.start())
    for block in blocks { file.apply(try muxer.write(block)) }
    file.apply(muxer.finish(duration: .milliseconds(3000)))
    return (file, blocks)
  }

  /// All items that a reader finds in `source`, and its error.
  static func readAll<Source: WebMSource>(_ source: Source) -> (items: [WebMItem], error: WebMError?) {
    var items: [WebMItem] = []
    do {
      var reader = try WebMReader(source)
      while let item = try reader.next() { items.append(item) }
      _ = try reader.cues()
      return (items, nil)
    } catch {
      return (items, error as? WebMError)
    }
  }

  static func blocks(_ items: [WebMItem]) -> [WebMBlock] {
    items.compactMap { if case .block(let block) = $0 { block } else { nil } }
  }

  static func clusters(_ items: [WebMItem]) -> [WebMCluster] {
    items.compactMap { if case .cluster(let cluster) = $0 { cluster } else { nil } }
  }
}
