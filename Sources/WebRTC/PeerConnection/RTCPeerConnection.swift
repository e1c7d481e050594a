internal import Media
internal import RTCProtocol

/// A connection to a peer that speaks WebRTC, such as a browser. Source: W3C WebRTC §4.
///
/// Everything of all connections happens on one thread, the `RTCThread`, which `RTCActor` stands for; each call is done when it
/// returns, so that calls follow each other in order and none sees another half done.
///
/// A connection that is let go of without `close` is closed.
@RTCActor public final class RTCPeerConnection {
  public let configuration: RTCConfiguration
  /// Our name in RTCP's source descriptions.
  let cname = randomIdentifier()

  public internal(set) var signalingState = RTCSignalingState.stable
  public private(set) var iceGatheringState = RTCIceGatheringState.new
  public private(set) var iceConnectionState = RTCIceConnectionState.new
  public private(set) var connectionState = RTCPeerConnectionState.new

  /// Nil until a description needs it.
  private(set) var media: MediaTransport?
  private var certificate: RTCCertificate?
  private var failure: RTCError?
  var isClosed: Bool { signalingState == .closed }

  nonisolated private let broadcaster = EventBroadcaster<RTCPeerConnectionEvent>()

  /// A new connection.
  /// - Throws: `SyntaxError`, `InvalidAccessError`, `NotSupportedError`, `RangeError` for a configuration that cannot be used.
  public init(_ configuration: RTCConfiguration = .init()) throws(RTCError) {
    try configuration.validate()
    self.configuration = configuration
  }

  /// This listener's events from now on, ending when the connection is closed. Listen before the first call to hear all.
  nonisolated public var events: AsyncStream<RTCPeerConnectionEvent> { broadcaster.listen() }

  /// Whether packets can flow.
  var isWritable: Bool { media?.transport.isWritable ?? false }

  func isUsable(_ sender: RTCRtpSender) -> Bool { !isClosed }
  func updateNegotiationNeeded() {}
  func updateBitrates() {}
  func statistics(of sender: RTCRtpSender) -> RTCStatsReport { RTCStatsReport() }
  func statistics(of sender: RTCRtpReceiver) -> RTCStatsReport { RTCStatsReport() }

  nonisolated static func randomIdentifier() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<32).map { _ in String(Int.random(in: 0..<16, using: &generator), radix: 16) }.joined()
  }
}

public struct RTCStatsReport: Sendable {}
