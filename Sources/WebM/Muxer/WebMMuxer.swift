package import Media

/// Writes a WebM file: frames in, bytes and patches out.
///
/// The file plays wherever it is cut off: the Segment and the open Cluster have unknown sizes until they are closed,
/// and all that a player needs is at the beginning. `finish` makes it seekable by patching reserved spaces. Timestamps
/// are milliseconds, each rounded from its own nanoseconds.
///
/// A new cluster begins
/// - at a key frame of the indexed track (the first video track, or else the first), so that seeks land on a cluster's
///   start, unless the cluster began with another less than 1 s before (5 s without video): a stream of only key frames
///   does not get a cluster for each;
/// - when the cluster would be 30 s long, well below the 32.767 s that a block's relative timestamp holds;
/// - when the cluster would pass 5 MB, which RFC 9559 §25.1 advises; it bounds what a reader loads at once.
///
/// Owned by one thread. Source: RFC 9559, the WebM container guidelines.
package struct WebMMuxer: Sendable {
  /// Whether the output is seekable.
  package enum Mode: Sendable {
    /// A file: sizes, duration and index are patched in.
    case seekable
    /// A pipe: nothing is patched, there is no index, and the clusters' sizes stay unknown.
    case streaming
  }

  private enum State { case new, open, finished }

  /// Nanoseconds per timestamp unit.
  static let timestampScale: Int64 = 1_000_000
  private static let maximumClusterDuration: Int64 = 30_000
  private static let maximumClusterSize: UInt64 = 5_000_000
  /// How far a cluster's timestamp may precede its first block, for later blocks of other tracks.
  private static let interleaving: Int64 = 1000

  /// The tracks, as given.
  package let tracks: [WebMTrack]
  /// File or pipe, as given.
  package let mode: Mode
  /// Bytes appended so far: the file's length.
  package private(set) var position: UInt64 = 0

  private let writingApplication: String
  private let dateUTC: Int64?
  private let indexedTrack: Int
  private let minimumKeyFrameDistance: Int64
  private var state = State.new
  private var segmentSizeOffset: UInt64 = 0
  private var segmentDataOffset: UInt64 = 0
  private var seekHeadOffset: UInt64 = 0
  private var durationOffset: UInt64 = 0
  private var seekHead = SeekHead()
  private var cues = CueList()
  private var cluster: OpenCluster?
  private var previousClusterTimestamp: Int64 = 0
  /// The last timestamp of each track by its number, in milliseconds; 0 before the first.
  private var lastTimestamps: [Int: Int64]

  /// A muxer for `tracks`.
  /// - Parameters:
  ///   - tracks: of the file, each with a different number.
  ///   - writingApplication: the program that records, "Oriel 1.0".
  ///   - mode: whether the output can be patched.
  ///   - dateUTC: when the recording began, in nanoseconds since 2001-01-01T00:00:00 UTC.
  /// - Throws: `WebMMuxerError` for tracks that cannot be written.
  package init(
    tracks: [WebMTrack], writingApplication: String, mode: Mode = .seekable, dateUTC: Int64? = nil
  ) throws(WebMMuxerError) {
    let numbers = Set(tracks.map(\.number))
    guard let indexed = tracks.first(where: \.isVideo) ?? tracks.first, numbers.count == tracks.count,
      numbers.allSatisfy({ 1...126 ~= $0 }), tracks.allSatisfy({ $0.uid != 0 })
    else { throw .wrongTracks }
    for track in tracks {
      if case .video(let video) = track.kind, video.width < 1 || video.height < 1 {
        throw .wrongPictureSize(track: track.number)
      }
    }
    self.tracks = tracks
    self.writingApplication = writingApplication
    self.mode = mode
    self.dateUTC = dateUTC
    indexedTrack = indexed.number
    minimumKeyFrameDistance = indexed.isVideo ? 1000 : 5000
    lastTimestamps = Dictionary(uniqueKeysWithValues: numbers.map { ($0, 0) })
  }

  /// Everything up to the first cluster. Empty when called again.
  package mutating func start() -> [WebMOutput] {
    guard state == .new else { return [] }
    state = .open
    var writer = EBMLWriter()
    writer.master(.ebml) { header in
      header.unsigned(.ebmlVersion, 1)
      header.unsigned(.ebmlReadVersion, 1)
      header.unsigned(.ebmlMaxIDLength, 4)
      header.unsigned(.ebmlMaxSizeLength, 8)
      header.string(.docType, "webm")
      header.unsigned(.docTypeVersion, 4)
      header.unsigned(.docTypeReadVersion, 2)
    }
    writer.id(.segment)
    segmentSizeOffset = UInt64(writer.bytes.count)
    writer.unknownSize()
    segmentDataOffset = UInt64(writer.bytes.count)
    if mode == .seekable {
      seekHeadOffset = UInt64(writer.bytes.count)
      writer.void(total: SeekHead.reservedSize)
    }
    seekHead.entries.append(.init(id: .info, position: UInt64(writer.bytes.count) - segmentDataOffset))
    writeInfo(into: &writer)
    seekHead.entries.append(.init(id: .tracks, position: UInt64(writer.bytes.count) - segmentDataOffset))
    writer.master(.tracks) { entries in
      for track in tracks { track.write(into: &entries) }
    }
    return [append(writer.bytes)]
  }

  /// Adds one frame.
  ///
  /// A frame earlier than the previous one of its track, or than its cluster, gets that one's time; keep the tracks
  /// within a second of each other. The frame's bytes are passed on without a copy, as an output of their own.
  /// - Throws: `WebMMuxerError`; the file is unchanged.
  package mutating func write(_ block: EncodedBlock) throws(WebMMuxerError) -> [WebMOutput] {
    guard state == .open else { throw .notOpen }
    guard let last = lastTimestamps[block.track] else { throw .unknownTrack(block.track) }
    guard !block.data.isEmpty else { throw .emptyBlock(track: block.track) }
    let timestamp = max(block.time.roundedMilliseconds, last, cluster?.timestamp ?? 0)
    let isIndexed = block.isKeyFrame && block.track == indexedTrack

    var outputs: [WebMOutput] = []
    var writer = EBMLWriter()
    if needsCluster(at: timestamp, isIndexed: isIndexed, size: UInt64(block.data.count)) {
      outputs += closeCluster()
      openCluster(at: timestamp, of: block.track, isIndexed: isIndexed, writer: &writer)
    }
    guard let cluster else { return outputs }
    if isIndexed && mode == .seekable {
      cues.add(
        CuePoint(
          time: timestamp, track: block.track, clusterPosition: cluster.offset - segmentDataOffset,
          relativePosition: cluster.size))
    }
    let framing = BlockFraming(
      block, relativeTimestamp: Int16(timestamp - cluster.timestamp), sincePrevious: timestamp - last)
    self.cluster?.size += UInt64(framing.head.count + block.data.count + framing.tail.count)
    lastTimestamps[block.track] = timestamp
    outputs.append(append(writer.bytes + framing.head))
    outputs.append(append(block.data))
    if !framing.tail.isEmpty { outputs.append(append(framing.tail)) }
    return outputs
  }

  /// Closes the file: sizes, duration, index and SeekHead. Empty when not open, and for a stream.
  ///
  /// Cut off between any two of these outputs, the file still plays.
  /// - Parameters:
  ///   - duration: from the recording's start to its end, including an unchanging last picture. At least the last
  ///     block's time.
  ///   - withIndex: whether to append Cues; without them only existing bytes are patched, for a file that cannot grow.
  package mutating func finish(duration: MediaTime, withIndex: Bool = true) -> [WebMOutput] {
    guard state == .open else { return [] }
    state = .finished
    guard mode == .seekable else { return [] }
    var outputs = closeCluster()
    if withIndex, !cues.points.isEmpty {
      seekHead.entries.append(.init(id: .cues, position: position - segmentDataOffset))
      var writer = EBMLWriter()
      cues.write(into: &writer)
      outputs.append(append(writer.bytes))
    }
    var size = EBMLWriter()
    size.size(position - segmentDataOffset, length: 8)
    let last = lastTimestamps.values.max() ?? 0
    var length = EBMLWriter()
    length.float(.duration, max(Double(duration.nanoseconds) / Double(WebMMuxer.timestampScale), Double(last)))
    outputs.append(.patch(offset: seekHeadOffset, bytes: seekHead.reservedBytes))
    outputs.append(.patch(offset: durationOffset, bytes: length.bytes))
    outputs.append(.patch(offset: segmentSizeOffset, bytes: size.bytes))
    return outputs
  }

  private mutating func writeInfo(into writer: inout EBMLWriter) {
    var info = EBMLWriter()
    info.unsigned(.timestampScale, UInt64(WebMMuxer.timestampScale))
    info.string(.muxingApp, writingApplication)
    info.string(.writingApp, writingApplication)
    if let dateUTC { info.date(.dateUTC, dateUTC) }
    // A Void where the Duration will be: players would show a Duration of 0.
    if mode == .seekable { info.void(total: 11) }
    writer.binary(.info, info.bytes)
    durationOffset = UInt64(writer.bytes.count) - 11
  }

  private func needsCluster(at timestamp: Int64, isIndexed: Bool, size: UInt64) -> Bool {
    guard let cluster else { return true }
    let age = timestamp - cluster.timestamp
    if age >= WebMMuxer.maximumClusterDuration { return true }
    if cluster.size + size > WebMMuxer.maximumClusterSize { return true }
    return isIndexed && (!cluster.startsWithKeyFrame || age >= minimumKeyFrameDistance)
  }

  private mutating func openCluster(at timestamp: Int64, of track: Int, isIndexed: Bool, writer: inout EBMLWriter) {
    // Browsers reject a block before its cluster's timestamp: leave room for later blocks of other tracks.
    var earliest = timestamp
    for (other, last) in lastTimestamps where other != track { earliest = min(earliest, last) }
    earliest = max(earliest, timestamp - WebMMuxer.interleaving, previousClusterTimestamp)
    previousClusterTimestamp = earliest
    let offset = position + UInt64(writer.bytes.count)
    writer.id(.cluster)
    writer.unknownSize()
    let start = writer.bytes.count
    writer.unsigned(.timestamp, UInt64(earliest))
    cluster = OpenCluster(
      offset: offset, timestamp: earliest, startsWithKeyFrame: isIndexed, size: UInt64(writer.bytes.count - start))
  }

  private mutating func closeCluster() -> [WebMOutput] {
    guard let closed = cluster else { return [] }
    cluster = nil
    guard mode == .seekable else { return [] }
    var size = EBMLWriter()
    size.size(closed.size, length: 8)
    return [.patch(offset: closed.offset + 4, bytes: size.bytes)]
  }

  private mutating func append(_ bytes: [UInt8]) -> WebMOutput {
    position += UInt64(bytes.count)
    return .append(bytes)
  }
}

/// The cluster that a muxer is adding blocks to.
struct OpenCluster: Sendable {
  /// The offset of its element in the file.
  var offset: UInt64
  /// Its timestamp, in milliseconds.
  var timestamp: Int64
  /// Whether its first block is a key frame of the indexed track.
  var startsWithKeyFrame: Bool
  /// Bytes of data so far.
  var size: UInt64

  /// Bytes of its header: the identifier and an eight-byte size.
  static let headerSize: UInt64 = 12
}

/// A muxer's changes to its file, to be made in order.
package enum WebMOutput: Sendable, Equatable {
  /// Add these bytes at the end.
  case append([UInt8])
  /// Overwrite the bytes at `offset`, in bytes from the file's start. The file's length does not change.
  case patch(offset: UInt64, bytes: [UInt8])
}

/// A misuse of a muxer.
package enum WebMMuxerError: Error, Sendable, Equatable {
  /// There are no tracks, or two with one number, or a number outside 1…126, or a UID of 0.
  case wrongTracks
  /// The video track with this number has no width or height.
  case wrongPictureSize(track: Int)
  /// A block came before `start` or after `finish`.
  case notOpen
  /// A block has the number of a track that the file does not have.
  case unknownTrack(Int)
  /// A block has no data.
  case emptyBlock(track: Int)
}

extension WebMMuxerError: CustomStringConvertible {
  /// One sentence for the user.
  package var description: String {
    switch self {
    case .wrongTracks: "A WebM file needs tracks with different numbers from 1 to 126 and UIDs other than 0."
    case .wrongPictureSize(let track): "Track \(track) needs a width and a height."
    case .notOpen: "Blocks belong between the start and the finish of a WebM file."
    case .unknownTrack(let track): "There is no track \(track) in this WebM file."
    case .emptyBlock(let track): "A block without data cannot be written to track \(track)."
    }
  }
}
