import Oriel

/// What `oriel share --json` prints, one object a line.
enum ShareEvent {
  struct Ready: Encodable {
    let event = "ready"
    let url, room: String
    /// Of the share's certificate: who came without the link compares it with what the page shows.
    let code: String
    /// One for each network that people may be in; `url` is the first one's.
    let links: [NetworkLink]
  }

  /// The link of a network that this machine came into since `ready`.
  struct Link: Encodable {
    let event = "link"
    let url, room: String
    let interface: String?
  }

  /// What viewers see: before the first frame, and whenever it changes.
  struct Surface: Encodable {
    let event = "surface"
    let label: String
    let width, height: Int?
    let hidden: [String]
    let sound: Bool
    /// As --audio has it; absent without sound.
    let audio: String?
  }

  struct Viewer: Encodable {
    enum State: String, Encodable { case joined, connected, failed, left }

    let event = "viewer"
    let id: String
    let state: State
    let detail: String
  }

  struct Stats: Encodable {
    struct Viewer: Encodable {
      let id: String
      let rttMs, lossPercent: Double?
      let kbps: Double
    }

    let event = "stats"
    let timeSeconds: Double
    let viewers: Int
    let fps, kbps: Double
    let framesEncoded, keyFrames: Int
    let perViewer: [Viewer]
  }

  struct Stop: Encodable {
    let event = "stop"
    let durationSeconds: Double
    /// Who have watched.
    let viewers: Int
    let reason: Event.StopReason
    /// Of --record; absent without.
    let file: String?
    let framesCaptured, framesEncoded, framesDropped: Int?
    let bytes: UInt64?
  }
}
