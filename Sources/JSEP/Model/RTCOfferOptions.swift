/// Options of `createOffer`. Source: W3C `RTCOfferOptions`.
public struct RTCOfferOptions: Sendable, Hashable {
  /// Restarts ICE with new credentials.
  public var iceRestart = false
  /// A legacy option: true adds a receiving section if there is none, false makes all sections send only. Source: W3C
  /// WebRTC §4.4.3.2.
  public var offerToReceiveAudio: Bool?
  public var offerToReceiveVideo: Bool?
  /// Accepted without effect, as in the current specification.
  public var voiceActivityDetection = true

  public init(iceRestart: Bool = false, offerToReceiveAudio: Bool? = nil, offerToReceiveVideo: Bool? = nil) {
    self.iceRestart = iceRestart
    self.offerToReceiveAudio = offerToReceiveAudio
    self.offerToReceiveVideo = offerToReceiveVideo
  }
}
