public import JSEP

/// A description as text, to be exchanged with the peer. Source: W3C WebRTC §4.6.2.
public struct RTCSessionDescriptionInit: Sendable, Hashable {
  public var type: RTCSdpType
  /// Empty for a rollback. If empty in `setLocalDescription`, the description is generated.
  public var sdp: String

  public init(type: RTCSdpType, sdp: String = "") {
    self.type = type
    self.sdp = sdp
  }
}

/// A description that is in force or pending. Source: W3C WebRTC §4.6.2.
public typealias RTCSessionDescription = RTCSessionDescriptionInit

/// Options of an answer, none of which has an effect. Source: W3C WebRTC §4.2.7.
public struct RTCAnswerOptions: Sendable, Hashable {
  /// Accepted and ignored.
  public var voiceActivityDetection = true

  public init() {}
}
