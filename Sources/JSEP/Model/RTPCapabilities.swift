public import RTP

/// What can be sent and received of one kind of media. Source: W3C `RTCRtpCapabilities`.
public struct RTPCapabilities: Sendable, Hashable {
  /// The preferred first.
  public var codecs: [RTPCodecCapability]
  public var headerExtensions: [RTPHeaderExtension]

  public init(codecs: [RTPCodecCapability], headerExtensions: [RTPHeaderExtension]) {
    self.codecs = codecs
    self.headerExtensions = headerExtensions
  }

  public static let audio = RTPCapabilities(
    codecs: [.opus],
    headerExtensions: [.audioLevel, .absSendTime, .transportSequenceNumber, .absCaptureTime, .mid])

  public static let video = RTPCapabilities(
    codecs: [.vp8],
    // Layers' names are of no use here, but without them Chromium cannot answer once it wanted to send layers itself.
    headerExtensions: [
      .absSendTime, .transportSequenceNumber, .mid, .playoutDelay, .videoContentType, .absCaptureTime,
      .colorSpace, .rid,
    ])
}
