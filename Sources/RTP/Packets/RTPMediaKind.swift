/// Sound or pictures: SDP's `m=` line, the W3C's `MediaStreamTrack.kind`.
public enum RTPMediaKind: String, Sendable, Hashable, CaseIterable {
  case audio, video
}
