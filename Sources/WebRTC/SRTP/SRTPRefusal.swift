internal import CSRTP

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
