/// What a description is for. Source: W3C WebRTC §4.6.1.
public enum RTCSdpType: String, Sendable, Hashable {
  case offer, pranswer, answer, rollback
}

/// A description as text, to be exchanged with the peer. Source: W3C WebRTC §4.6.2.
public struct RTCSessionDescriptionInit: Sendable, Hashable {
  public var type: RTCSdpType
  /// Empty for a rollback.
  public var sdp: String

  public init(type: RTCSdpType, sdp: String = "") {
    self.type = type
    self.sdp = sdp
  }
}

/// A description that is in force, or is to be.
public typealias RTCSessionDescription = RTCSessionDescriptionInit

/// How to make an offer. Source: W3C WebRTC §4.2.7, §4.2.8, and the legacy extensions of §4.4.3.
public struct RTCOfferOptions: Sendable, Hashable {
  public var iceRestart = false
  /// Accepted, and of no effect, as the specification has it.
  public var voiceActivityDetection: Bool?
  /// Legacy: adds a transceiver that receives sound when there is none, or with false, makes those there are not receive.
  public var offerToReceiveAudio: Bool?
  /// The same for pictures.
  public var offerToReceiveVideo: Bool?

  public init(iceRestart: Bool = false) { self.iceRestart = iceRestart }
}

/// How to make an answer: there is nothing to choose. Source: W3C WebRTC §4.2.7.
public struct RTCAnswerOptions: Sendable, Hashable {
  /// Accepted, and of no effect.
  public var voiceActivityDetection: Bool?

  public init() {}
}
