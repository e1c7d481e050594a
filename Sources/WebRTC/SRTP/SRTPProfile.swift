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
