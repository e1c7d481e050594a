public import Media
internal import RTP
public import SDP

/// The direction of a transceiver's media; for a stopped one see `RTCRtpTransceiver.stopped`. Source: W3C WebRTC §5.4.1.
public typealias RTCRtpTransceiverDirection = RTPTransceiverDirection

/// The initial settings of a transceiver. Source: W3C WebRTC §5.1.
public struct RTCRtpTransceiverInit: Sendable {
  public var direction = RTCRtpTransceiverDirection.sendrecv
  /// The streams that the sent track belongs to.
  public var streams: [MediaStream] = []
  /// At most one: there is no simulcast.
  public var sendEncodings: [RTCRtpEncodingParameters] = []

  public init(direction: RTCRtpTransceiverDirection = .sendrecv, streams: [MediaStream] = []) {
    self.direction = direction
    self.streams = streams
  }
}

/// How a sender encodes and sends its track. Source: W3C WebRTC §5.2.5.
public struct RTCRtpEncodingParameters: Sendable, Hashable {
  /// Whether anything is sent.
  public var active = true
  /// The most bits a second of this sender; nil for as much as the path carries. Viewers of the same track share one encoder,
  /// whose rate follows their median.
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

extension RTCRtpCodecParameters {
  init(_ codec: RTPCodec, kind: MediaStreamTrack.Kind) {
    self.init(
      payloadType: Int(codec.payloadType.rawValue), mimeType: "\(kind.rawValue)/\(codec.name)",
      clockRate: Int(codec.clockRate), channels: codec.channels.map(Int.init))
  }
}

/// Source: W3C WebRTC §5.2.3.
public struct RTCRtpSendParameters: Sendable, Hashable {
  /// Changes with each `getParameters`; `setParameters` accepts the newest only.
  public internal(set) var transactionId: String
  public var encodings: [RTCRtpEncodingParameters]
  /// The negotiated codecs; read-only.
  public internal(set) var codecs: [RTCRtpCodecParameters]
  /// This side's CNAME in RTCP's source descriptions.
  public internal(set) var cname: String
}
