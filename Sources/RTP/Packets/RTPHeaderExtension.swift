/// The header extensions that Oriel knows, by the URIs that SDP's `extmap` names them with.
public enum RTPHeaderExtension: String, Sendable, Hashable, CaseIterable {
  /// The media section a stream belongs to. Source: RFC 9143 §16.2.
  case mid = "urn:ietf:params:rtp-hdrext:sdes:mid"
  /// The restriction of a simulcast layer. Source: RFC 8852.
  case rid = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
  /// When a packet went out, 24 bits of 6.18 fixed point seconds.
  case absSendTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
  /// One sequence over all packets of a transport. Source: draft-holmer-rmcat-transport-wide-cc-extensions-01 §2.
  case transportSequenceNumber = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
  /// The NTP time of capture.
  case absCaptureTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"
  /// How long the receiver may hold pictures back.
  case playoutDelay = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
  /// Whether the pictures are a screen's.
  case videoContentType = "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type"
  /// How the numbers of the pictures are to be read as colours.
  case colorSpace = "http://www.webrtc.org/experiments/rtp-hdrext/color-space"
  /// How loud the sender's sound is. Source: RFC 6464.
  case audioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
}
