/// The state of the offer/answer exchange. Source: W3C `RTCSignalingState`, RFC 9429 §3.2.
public enum RTCSignalingState: String, Sendable, Hashable {
  case stable
  case haveLocalOffer = "have-local-offer"
  case haveRemoteOffer = "have-remote-offer"
  case haveLocalPranswer = "have-local-pranswer"
  case haveRemotePranswer = "have-remote-pranswer"
  case closed
}
