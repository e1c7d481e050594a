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
