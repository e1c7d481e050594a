package import RTP

/// The codecs and header extensions supported for one kind of media. Source: W3C `RTCRtpCapabilities`.
package struct RTPCapabilities: Sendable, Hashable {
  /// In order of preference.
  package var codecs: [RTPCodecCapability]
  package var headerExtensions: [RTPHeaderExtension]

  package init(codecs: [RTPCodecCapability], headerExtensions: [RTPHeaderExtension]) {
    self.codecs = codecs
    self.headerExtensions = headerExtensions
  }

  package static let audio = RTPCapabilities(
    codecs: [.opus],
    headerExtensions: [.audioLevel, .absSendTime, .transportSequenceNumber, .absCaptureTime, .mid])

  package static let video = RTPCapabilities(
    codecs: [.vp8],
    // RIDs are not used here, but without them Chromium cannot answer if it was about to send simulcast itself.
    headerExtensions: [
      .absSendTime, .transportSequenceNumber, .mid, .playoutDelay, .videoContentType, .absCaptureTime,
      .colorSpace, .rid,
    ])
}
