public import Encoding
internal import Media
public import JSEP

/// How a connection is made. Source: W3C WebRTC §4.2.1.
public struct RTCConfiguration: Sendable {
  public var iceServers: [RTCIceServer] = []
  public var iceTransportPolicy = RTCIceTransportPolicy.all
  public var bundlePolicy = RTCBundlePolicy.balanced
  /// The certificate to be known by, one at the most; without, one is made.
  public var certificates: [RTCCertificate] = []
  /// With 1 or more, candidates are gathered before there is a local description.
  public var iceCandidatePoolSize = 0

  // Beyond the specification's.

  /// The local ports for host candidates; nil for any.
  public var portRange: ClosedRange<UInt16>?
  /// The local addresses to use, loopback among them when asked for; empty for all but loopback and IPv6 link-local.
  public var localAddresses: [String] = []
  /// Whether TCP candidates are gathered and taken as well.
  public var usesTCP = false
  /// How what is sent is encoded, and the bounds of its rate. Connections with the same settings share one encoder per track.
  public var encoding = EncodingSettings.live
  /// How sound that is sent is encoded. Its rate is had before the pictures'.
  public var audioEncoding = AudioEncodingSettings.live
  /// How long pictures may take to be shown.
  public var latency = RTCLatencyMode.sharp
  /// Takes a copy of all RTP and RTCP, unprotected.
  public var rtpDump: RTPDump?

  public init() {}

  /// Checks what a connection would be refused for.
  /// - Throws: `SyntaxError`, `InvalidAccessError` for servers that cannot be; `NotSupportedError`, `RangeError`.
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

  /// The certificate to be known by.
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

extension RTCTransportConfiguration {
  init(_ configuration: RTCConfiguration, certificate: RTCCertificate, isControlling: Bool) {
    self.init(
      iceServers: configuration.iceServers, iceTransportPolicy: configuration.iceTransportPolicy,
      portRange: configuration.portRange, localAddresses: configuration.localAddresses, usesTCP: configuration.usesTCP,
      certificate: certificate, isControlling: isControlling)
  }
}
