internal import Media
internal import SDP

/// Master keys for both directions, each followed by its salt, as libsrtp2 takes them. Wiped from memory on release.
final class SRTPKeys {
  let profile: SRTPProfile
  private(set) var sending: [UInt8]
  private(set) var receiving: [UInt8]

  /// Splits the DTLS keying material: the client's key, the server's key, then the salts (RFC 5764 §4.2).
  /// - Parameter material: `length(for:)` bytes; the caller wipes them.
  init(profile: SRTPProfile, material: [UInt8], role: DTLSRole) {
    let key = profile.keyLength
    let salt = profile.saltLength
    func cut(_ part: Int) -> [UInt8] {
      var bytes: [UInt8] = []
      // So that the array never grows and leaves a part of the key in freed memory.
      bytes.reserveCapacity(key + salt)
      bytes.append(contentsOf: material[(part * key)..<((part + 1) * key)])
      bytes.append(contentsOf: material[(2 * key + part * salt)..<(2 * key + (part + 1) * salt)])
      return bytes
    }
    self.profile = profile
    sending = cut(role == .client ? 0 : 1)
    receiving = cut(role == .client ? 1 : 0)
  }

  deinit {
    sending.wipe()
    receiving.wipe()
  }

  static func length(for profile: SRTPProfile) -> Int { 2 * (profile.keyLength + profile.saltLength) }
}

/// SRTP protection profiles (RFC 5764 §4.1.2, RFC 7714 §14.2), by OpenSSL's names.
enum SRTPProfile: String, Sendable {
  case aeadAES128GCM = "SRTP_AEAD_AES_128_GCM"
  case aes128CMSHA1With80Bits = "SRTP_AES128_CM_SHA1_80"

  /// GCM first: it costs a quarter of the CPU time, and is no less safe.
  static let preference: [SRTPProfile] = [.aeadAES128GCM, .aes128CMSHA1With80Bits]

  /// The name in webrtc-stats, as registered with IANA.
  var registeredName: String {
    switch self {
    case .aeadAES128GCM: "SRTP_AEAD_AES_128_GCM"
    case .aes128CMSHA1With80Bits: "SRTP_AES128_CM_HMAC_SHA1_80"
    }
  }

  var keyLength: Int { 16 }

  var saltLength: Int {
    switch self {
    case .aeadAES128GCM: 12
    case .aes128CMSHA1With80Bits: 14
    }
  }
}
