import Harness
import Media
import Recording
import WebM

/// Collects a recorder's events from its creation on.
final class RecorderLog: Sendable {
  struct Entry: Sendable {
    var event: MediaRecorderEvent
    var name: String
  }

  private let entries = Watched<[Entry]>([])

  init(_ recorder: MediaRecorder) {
    let events = recorder.events
    let entries = entries
    Task {
      for await event in events { entries.update { $0.append(Entry(event: event, name: Self.name(event))) } }
    }
  }

  var names: [String] { entries.current.map(\.name) }

  /// All blobs, concatenated.
  var data: [UInt8] { blobs.flatMap(\.data) }

  var blobs: [(data: [UInt8], timecode: Double)] {
    entries.current.compactMap {
      if case .dataavailable(let data, let timecode) = $0.event { (data, timecode) } else { nil }
    }
  }

  var errors: [MediaRecorderError] {
    entries.current.compactMap { if case .error(let error) = $0.event { error } else { nil } }
  }

  /// Waits until the event `name` has been received `count` times.
  func received(_ name: String, _ count: Int = 1) async throws {
    _ = try await entries.first("\(count) × \(name)", within: .seconds(20)) { entries -> Bool? in
      entries.filter { $0.name == name }.count >= count ? true : nil
    }
  }

  private static func name(_ event: MediaRecorderEvent) -> String {
    switch event {
    case .start: "start"
    case .dataavailable: "dataavailable"
    case .pause: "pause"
    case .resume: "resume"
    case .stop: "stop"
    case .error: "error"
    case .warning: "warning"
    }
  }
}

/// The contents of a WebM file.
struct Recorded {
  var tracks: [WebMTrack]
  var blocks: [WebMBlock] = []
  var duration: MediaTime?
  var cues: [WebMCue]
  var truncation: WebMTruncation?

  init(_ bytes: [UInt8]) throws {
    var reader = try WebMReader(WebMBytes(bytes))
    tracks = reader.tracks
    duration = reader.info.duration
    cues = try reader.cues()
    while let item = try reader.next() {
      if case .block(let block) = item { blocks.append(block) }
      if case .truncated(let found) = item { truncation = found }
    }
  }

  /// The longest time from one block to the next.
  var longestGap: MediaTime { zip(blocks, blocks.dropFirst()).map { $1.time - $0.time }.max() ?? .zero }

  /// Whether it begins at zero with a key frame, and times never decrease.
  var isInOrder: Bool {
    blocks.first?.isKeyFrame == true && blocks.first?.time == .zero
      && zip(blocks, blocks.dropFirst()).allSatisfy { $0.time <= $1.time }
  }
}
