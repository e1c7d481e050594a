/// The supported header extensions, by their URIs in SDP's `extmap`.
package enum RTPHeaderExtension: String, Sendable, Hashable, CaseIterable {
  /// The media section a stream belongs to. Source: RFC 9143 §16.2.
  case mid = "urn:ietf:params:rtp-hdrext:sdes:mid"
  /// The restriction of a simulcast layer. Source: RFC 8852.
  case rid = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
  /// The send time of a packet, 24 bits of 6.18 fixed point seconds.
  case absSendTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
  /// A sequence number common to all packets of a transport. Source: draft-holmer-rmcat-transport-wide-cc-extensions-01
  /// §2.
  case transportSequenceNumber = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
  /// The NTP time of capture.
  case absCaptureTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"
  /// The delay a receiver may add before it displays video.
  case playoutDelay = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
  /// Whether the video shows a screen.
  case videoContentType = "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type"
  /// The colour space of the video.
  case colorSpace = "http://www.webrtc.org/experiments/rtp-hdrext/color-space"
  /// The loudness of the audio. Source: RFC 6464.
  case audioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
}

/// The negotiated identifiers of header extensions; 0 for those not negotiated.
///
/// The same identifiers apply to all sections of a bundle. Source: RFC 8285 §5, RFC 9143 §9.2.
package struct RTPHeaderExtensionIDs: Sendable, Hashable {
  package var mid: UInt8 = 0
  package var rid: UInt8 = 0
  package var absSendTime: UInt8 = 0
  package var transportSequenceNumber: UInt8 = 0
  package var absCaptureTime: UInt8 = 0
  package var playoutDelay: UInt8 = 0
  package var videoContentType: UInt8 = 0
  package var colorSpace: UInt8 = 0
  package var audioLevel: UInt8 = 0

  /// No extensions.
  package init() {}

  /// The identifier of an extension, 1 to 255, or 0.
  package subscript(_ name: RTPHeaderExtension) -> UInt8 {
    get { self[keyPath: Self.path(name)] }
    set { self[keyPath: Self.path(name)] = newValue }
  }

  private static func path(_ name: RTPHeaderExtension) -> WritableKeyPath<Self, UInt8> {
    switch name {
    case .mid: \.mid
    case .rid: \.rid
    case .absSendTime: \.absSendTime
    case .transportSequenceNumber: \.transportSequenceNumber
    case .absCaptureTime: \.absCaptureTime
    case .playoutDelay: \.playoutDelay
    case .videoContentType: \.videoContentType
    case .colorSpace: \.colorSpace
    case .audioLevel: \.audioLevel
    }
  }
}
