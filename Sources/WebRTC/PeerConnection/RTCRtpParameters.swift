public import Media
public import SDP

/// Which way a transceiver's media flow; a stopped one's do not, see `RTCRtpTransceiver.stopped`. Source: W3C WebRTC §5.4.1.
public typealias RTCRtpTransceiverDirection = RTPTransceiverDirection

/// What a transceiver begins with. Source: W3C WebRTC §5.1.
public struct RTCRtpTransceiverInit: Sendable {
  public var direction = RTCRtpTransceiverDirection.sendrecv
  /// The streams that what is sent belongs to.
  public var streams: [MediaStream] = []
  /// At most one: there is no simulcast.
  public var sendEncodings: [RTCRtpEncodingParameters] = []

  public init(direction: RTCRtpTransceiverDirection = .sendrecv, streams: [MediaStream] = []) {
    self.direction = direction
    self.streams = streams
  }
}

/// How a sender sends. Source: W3C WebRTC §5.2.5.
public struct RTCRtpEncodingParameters: Sendable, Hashable {
  /// Whether anything is sent.
  public var active = true
  /// Bits a second that this sender may take; nil for what the path carries. Those who watch the same track share one encoder,
  /// which follows their median.
  public var maxBitrate: Int?

  public init(active: Bool = true, maxBitrate: Int? = nil) {
    self.active = active
    self.maxBitrate = maxBitrate
  }
}

/// A codec as negotiated. Source: W3C WebRTC §5.2.4.
public struct RTCRtpCodecParameters: Sendable, Hashable {
  public var payloadType: Int
  /// `video/VP8`, `audio/opus`.
  public var mimeType: String
  public var clockRate: Int
  public var channels: Int?
}

/// Source: W3C WebRTC §5.2.3.
public struct RTCRtpSendParameters: Sendable, Hashable {
  /// Changes with each `getParameters`; `setParameters` takes the newest only.
  public internal(set) var transactionId: String
  public var encodings: [RTCRtpEncodingParameters]
  /// What has been negotiated; not to be changed.
  public internal(set) var codecs: [RTCRtpCodecParameters]
  /// Our name in RTCP's source descriptions.
  public internal(set) var cname: String
}
