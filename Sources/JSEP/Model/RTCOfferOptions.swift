/// What an offer is made with. Source: W3C `RTCOfferOptions`.
public struct RTCOfferOptions: Sendable, Hashable {
  /// New ICE credentials, so that the path is sought anew.
  public var iceRestart = false
  /// Kept for old pages: true adds a section that receives where there is none, false makes all of them send only.
  /// Source: W3C WebRTC §4.4.3.2.
  public var offerToReceiveAudio: Bool?
  public var offerToReceiveVideo: Bool?
  /// Accepted, and of no effect, as today's specification says.
  public var voiceActivityDetection = true

  public init(iceRestart: Bool = false, offerToReceiveAudio: Bool? = nil, offerToReceiveVideo: Bool? = nil) {
    self.iceRestart = iceRestart
    self.offerToReceiveAudio = offerToReceiveAudio
    self.offerToReceiveVideo = offerToReceiveVideo
  }
}
