internal import CSRTP

/// Protects sent packets and checks received ones, by libsrtp2, with the keys of one DTLS handshake.
///
/// Streams are not announced: each SSRC gets its own state with its first valid packet. The number that a peer may open is
/// limited, since each state is kept until the session ends.
struct SRTPSession: ~Copyable {
  /// The most bytes that protection appends to a packet.
  static let trailerRoom = Int(SRTP_MAX_TRAILER_LEN)
  /// The most streams that a peer may open: far more than it has tracks.
  static let streamLimit = 64
  /// The replay window in packets: an older packet is refused.
  private static let replayWindow = 2048

  let profile: SRTPProfile
  private let outbound: OpaquePointer
  private let inbound: OpaquePointer
  private var streams: [UInt32] = []

  private static let isReady: Bool = srtp_init() == srtp_err_status_ok

  /// - Throws: `TransportError` when libsrtp2 refuses the profile.
  init(keys: SRTPKeys) throws(TransportError) {
    let (outbound, inbound) = try Self.createBoth(keys)
    self.outbound = outbound
    self.inbound = inbound
    profile = keys.profile
    streams.reserveCapacity(Self.streamLimit)
  }

  deinit {
    srtp_dealloc(outbound)
    srtp_dealloc(inbound)
  }

  /// Protects an RTP packet in place.
  /// - Parameter buffer: the packet of `length` bytes, and `trailerRoom` more.
  /// - Returns: the new length of the packet; nil when it is no RTP packet, or its sequence number was used before.
  func protectRTP(_ buffer: UnsafeMutableRawBufferPointer, length: Int) -> Int? {
    guard let start = buffer.baseAddress, length >= 12, length + Self.trailerRoom <= buffer.count else { return nil }
    var size = Int32(truncatingIfNeeded: length)
    return srtp_protect(outbound, start, &size) == srtp_err_status_ok ? Int(size) : nil
  }

  /// Protects a compound RTCP packet in place, like `protectRTP`, with room for four more bytes.
  func protectRTCP(_ buffer: UnsafeMutableRawBufferPointer, length: Int) -> Int? {
    guard let start = buffer.baseAddress, length >= 8, length + Self.trailerRoom + 4 <= buffer.count else { return nil }
    var size = Int32(truncatingIfNeeded: length)
    return srtp_protect_rtcp(outbound, start, &size) == srtp_err_status_ok ? Int(size) : nil
  }

  /// Checks an SRTP packet and decrypts it in place.
  /// - Returns: the RTP packet's length, or why it is refused.
  mutating func unprotectRTP(_ buffer: UnsafeMutableRawBufferPointer) -> Result<Int, SRTPRefusal> {
    guard let start = buffer.baseAddress, buffer.count >= 12 else { return .failure(.malformed) }
    let ssrc = UInt32(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
    let isKnown = streams.contains(ssrc)
    guard isKnown || streams.count < Self.streamLimit else { return .failure(.tooManyStreams) }
    var size = Int32(truncatingIfNeeded: buffer.count)
    let status = srtp_unprotect(inbound, start, &size)
    guard status == srtp_err_status_ok else { return .failure(SRTPRefusal(status)) }
    if !isKnown { streams.append(ssrc) }
    return .success(Int(size))
  }

  /// Checks an SRTCP packet and decrypts it in place.
  /// - Returns: the RTCP packet's length, or why it is refused.
  mutating func unprotectRTCP(_ buffer: UnsafeMutableRawBufferPointer) -> Result<Int, SRTPRefusal> {
    guard let start = buffer.baseAddress, buffer.count >= 12 else { return .failure(.malformed) }
    let ssrc = UInt32(bigEndian: buffer.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    let isKnown = streams.contains(ssrc)
    guard isKnown || streams.count < Self.streamLimit else { return .failure(.tooManyStreams) }
    var size = Int32(truncatingIfNeeded: buffer.count)
    let status = srtp_unprotect_rtcp(inbound, start, &size)
    guard status == srtp_err_status_ok else { return .failure(SRTPRefusal(status)) }
    if !isKnown { streams.append(ssrc) }
    return .success(Int(size))
  }

  private static func createBoth(
    _ keys: SRTPKeys
  ) throws(TransportError) -> (outbound: OpaquePointer, inbound: OpaquePointer) {
    guard isReady else { throw .library(function: "srtp_init", status: -1) }
    let outbound = try create(keys.profile, key: keys.sending, direction: ssrc_any_outbound)
    do {
      return (outbound, try create(keys.profile, key: keys.receiving, direction: ssrc_any_inbound))
    } catch {
      srtp_dealloc(outbound)
      throw error
    }
  }

  private static func create(
    _ profile: SRTPProfile, key: [UInt8], direction: srtp_ssrc_type_t
  ) throws(TransportError) -> OpaquePointer {
    var policy = srtp_policy_t()
    switch profile {
    case .aeadAES128GCM:
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp)
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp)
    case .aes128CMSHA1With80Bits:
      srtp_crypto_policy_set_rtp_default(&policy.rtp)
      srtp_crypto_policy_set_rtcp_default(&policy.rtcp)
    }
    policy.ssrc.type = direction
    policy.window_size = UInt(replayWindow)
    var session: OpaquePointer?
    let status = key.withUnsafeBufferPointer { key in
      // It is only read.
      policy.key = UnsafeMutablePointer(mutating: key.baseAddress)
      return srtp_create(&session, &policy)
    }
    guard status == srtp_err_status_ok, let session else {
      throw .library(function: "srtp_create", status: Int(status.rawValue))
    }
    return session
  }
}

/// Why a received packet is refused.
enum SRTPRefusal: Error, Hashable {
  /// Was received before, or is older than the replay window.
  case replayed
  /// Was not protected with the peer's key.
  case notAuthentic
  /// Too short, or not RTP.
  case malformed
  /// Would exceed the limit of streams.
  case tooManyStreams

  init(_ status: srtp_err_status_t) {
    self =
      switch status {
      case srtp_err_status_replay_fail, srtp_err_status_replay_old: .replayed
      case srtp_err_status_auth_fail, srtp_err_status_cipher_fail: .notAuthentic
      default: .malformed
      }
  }
}
