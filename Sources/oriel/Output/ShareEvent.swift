import Oriel

/// The events that `oriel share --json` prints, one object per line.
enum ShareEvent {
  struct Ready: Encodable {
    let event = "ready"
    let url, room: String
    /// A short form of the certificate's fingerprint. Viewers without the link compare it with the code on the page.
    let code: String
    /// One for each network of this machine; `url` is that of the first.
    let links: [NetworkLink]
  }

  /// The link of a network that this machine joined after `ready`.
  struct Link: Encodable {
    let event = "link"
    let url, room: String
    let interface: String?
  }

  /// What viewers see and hear; sent before the first frame and at each change.
  struct Surface: Encodable {
    let event = "surface"
    let label: String
    let width, height: Int?
    let hidden: [String]
    let sound: Bool
    /// The value of --audio; absent without sound.
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
    /// How many viewers have watched.
    let viewers: Int
    let reason: Event.StopReason
    /// The file of --record; absent without it.
    let file: String?
    let framesCaptured, framesEncoded, framesDropped: Int?
    let bytes: UInt64?
  }
}
