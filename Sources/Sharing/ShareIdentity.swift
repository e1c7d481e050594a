internal import Foundation
internal import RTP
internal import SDP
public import WebRTC

/// A share's identity over all its connections: a certificate for viewers, and a secret for the room's server.
///
/// A link can contain the certificate's fingerprint: the page then asks before it shows any other screen.
public struct ShareIdentity: Sendable {
  /// The certificate of each viewer's connection.
  public let certificate: RTCCertificate
  /// `RoomJoin.session`: known only to the server, which gives the place in the room back to a client that presents it.
  public let session: String

  /// - Parameters:
  ///   - certificate: used for each viewer's connection.
  ///   - session: a secret; random by default.
  public init(certificate: RTCCertificate, session: String = Self.randomSession()) {
    self.certificate = certificate
    self.session = session
  }

  /// A new identity; its certificate is valid for a year.
  /// - Throws: `RTCCertificateError`.
  public static func random() throws(RTCCertificateError) -> ShareIdentity {
    ShareIdentity(certificate: try .generateCertificate(validity: .seconds(365 * 86400)))
  }

  /// 128 random bits.
  public static func randomSession() -> String {
    (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined(separator: "-")
  }

  /// The certificate's fingerprint as links have it: SHA-256 of its DER in base64url, without padding.
  public var fingerprint: String {
    Data(digest).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// A code that two people compare by eye or by telephone: the first 80 bits of the fingerprint in base32, in groups of four.
  /// The page shows the same code.
  public var code: String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var text = ""
    var bits: UInt32 = 0
    var count = 0
    for byte in digest.prefix(10) {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 5 {
        count -= 5
        if text.utf8.count % 5 == 4 { text.append(" ") }
        text.append(alphabet[Int(bits >> UInt32(count)) & 31])
        bits &= (1 << UInt32(count)) - 1
      }
    }
    return text
  }

  private var digest: [UInt8] {
    certificate.getFingerprints()[0].value.split(separator: ":").compactMap { UInt8($0, radix: 16) }
  }
}
