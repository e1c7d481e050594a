/// Tracks that belong together. Source: W3C Media Capture and Streams §4.2.
public final class MediaStream: Sendable {
  /// Unique to this stream: 36 characters in a UUID's form; of a remote stream, what its sender says.
  public let id: String
  private let tracks: Monitor<[MediaStreamTrack]>

  public init(_ tracks: [MediaStreamTrack] = []) {
    id = randomIdentifier()
    self.tracks = Monitor(tracks)
  }

  /// A remote stream, under the name that its sender gave it.
  public init(id: String, _ tracks: [MediaStreamTrack] = []) {
    self.id = id
    self.tracks = Monitor(tracks)
  }

  /// Whether any track is live.
  public var active: Bool { getTracks().contains { $0.readyState == .live } }

  public func getTracks() -> [MediaStreamTrack] { tracks.withLock { $0 } }
  public func getVideoTracks() -> [MediaStreamTrack] { getTracks().filter { $0.kind == .video } }
  public func getAudioTracks() -> [MediaStreamTrack] { getTracks().filter { $0.kind == .audio } }
  public func getTrackById(_ id: String) -> MediaStreamTrack? { getTracks().first { $0.id == id } }

  /// Adds `track`; one that is there already is not added twice.
  public func addTrack(_ track: MediaStreamTrack) {
    tracks.withLock { tracks in
      if !tracks.contains(where: { $0.id == track.id }) { tracks.append(track) }
    }
  }

  /// Takes `track` out; the track itself lives on.
  public func removeTrack(_ track: MediaStreamTrack) {
    tracks.withLock { $0.removeAll { $0.id == track.id } }
  }
}
