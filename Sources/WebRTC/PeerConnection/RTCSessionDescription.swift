public import JSEP

/// A description as text, to be exchanged with the peer. Source: W3C WebRTC §4.6.2.
public struct RTCSessionDescriptionInit: Sendable, Hashable {
  public var type: RTCSdpType
  /// Empty for a rollback; empty in `setLocalDescription`, what is to be made.
  public var sdp: String

  public init(type: RTCSdpType, sdp: String = "") {
    self.type = type
    self.sdp = sdp
  }
}

/// A description that is in force, or is to be. Source: W3C WebRTC §4.6.2.
public typealias RTCSessionDescription = RTCSessionDescriptionInit

/// How to make an answer: there is nothing to choose. Source: W3C WebRTC §4.2.7.
public struct RTCAnswerOptions: Sendable, Hashable {
  /// Accepted, and of no effect.
  public var voiceActivityDetection = true

  public init() {}
}
