public import Encoding
public import JSEP
internal import Media

/// Settings of a connection. Source: W3C WebRTC §4.2.1.
public struct RTCConfiguration: Sendable {
  public var iceServers: [RTCIceServer] = []
  public var iceTransportPolicy = RTCIceTransportPolicy.all
  public var bundlePolicy = RTCBundlePolicy.balanced
  /// The certificate of this side, one at most; if empty, one is generated.
  public var certificates: [RTCCertificate] = []
  /// With 1 or more, candidates are gathered before there is a local description.
  public var iceCandidatePoolSize = 0

  // Not in the specification.

  /// The local ports for host candidates; nil for any.
  public var portRange: ClosedRange<UInt16>?
  /// The local addresses to use, which may include loopback; empty for all except loopback and IPv6 link-local.
  public var localAddresses: [String] = []
  /// Whether TCP candidates are gathered and accepted as well.
  public var usesTCP = false
  /// How pictures are encoded, with the bounds of the bit rate. Connections with the same settings share one encoder per track.
  public var encoding = EncodingSettings.live
  /// How sound is encoded. Sound gets its bit rate first, pictures the rest.
  public var audioEncoding = AudioEncodingSettings.live
  /// How long pictures may take until they are shown.
  public var latency = RTCLatencyMode.sharp
  /// Records all RTP and RTCP, unencrypted.
  public var rtpDump: RTPDump?

  public init() {}

  /// Checks for the errors that `RTCPeerConnection.init` would throw.
  /// - Throws: `SyntaxError`, `InvalidAccessError` for invalid ICE servers; `NotSupportedError`, `RangeError`.
  public func validate() throws(RTCError) {
    for server in iceServers {
      do throws(RTCIceServerError) {
        _ = try server.parsedURLs()
      } catch {
        throw RTCError(RTCError.Name(rawValue: error.name) ?? .syntax, error.description)
      }
    }
    guard certificates.count <= 1 else { throw RTCError(.notSupported, "one certificate at the most can be used") }
    guard (0...255).contains(iceCandidatePoolSize) else {
      throw RTCError(.range, "iceCandidatePoolSize is \(iceCandidatePoolSize), and must be 0 to 255")
    }
    guard encoding.bitrate > 0 else {
      throw RTCError(.range, "the bit rate is \(encoding.bitrate), and must be more than 0")
    }
  }

  /// The certificate of this side: the configured one, or a new one.
  /// - Throws: `InvalidAccessError` for one that has expired.
  func certificate() throws(RTCError) -> RTCCertificate {
    if let certificate = certificates.first {
      guard certificate.expires > WallClock.unixNanoseconds / 1_000_000 else {
        throw RTCError(.invalidAccess, "the certificate has expired; make another")
      }
      return certificate
    }
    do throws(RTCCertificateError) {
      return try RTCCertificate.generateCertificate()
    } catch {
      throw RTCError(.operation, error.description)
    }
  }
}

/// Which candidates may be used (W3C WebRTC §4.2.3).
public enum RTCIceTransportPolicy: String, Sendable, Hashable {
  case all
  /// Only relayed candidates, so that the peer does not learn this machine's addresses.
  case relay
}
