internal import RTCProtocol

/// Master keys for both directions, each followed by its salt, as libsrtp2 takes them.
struct SRTPKeys {
  let profile: SRTPProfile
  let sending: [UInt8]
  let receiving: [UInt8]

  /// Cuts the keys out of what DTLS exports: the client's key, the server's key, then the salts (RFC 5764 §4.2).
  /// - Parameter material: as many bytes as `length(for:)` asks for.
  init(profile: SRTPProfile, material: [UInt8], role: DTLSRole) {
    let key = profile.keyLength
    let salt = profile.saltLength
    let client = material[..<key] + material[(2 * key)..<(2 * key + salt)]
    let server = material[key..<(2 * key)] + material[(2 * key + salt)..<(2 * key + 2 * salt)]
    self.profile = profile
    sending = Array(role == .client ? client : server)
    receiving = Array(role == .client ? server : client)
  }

  static func length(for profile: SRTPProfile) -> Int { 2 * (profile.keyLength + profile.saltLength) }
}
