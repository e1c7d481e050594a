/// What a transport is made with.
struct RTCTransportConfiguration {
  /// Checked before: their URLs parse.
  var iceServers: [RTCIceServer] = []
  var iceTransportPolicy: RTCIceTransportPolicy = .all
  /// The local ports of host candidates.
  var portRange: ClosedRange<UInt16>?
  /// The addresses to use, loopback among them when asked; empty for all of the machine's but loopback and IPv6 link-local.
  var localAddresses: [String] = []
  /// Whether TCP candidates are offered and taken too, for networks that let no UDP through.
  var usesTCP = false
  var certificate: RTCCertificate
  /// Whether this side made the first offer. Should both sides think so, ICE settles it.
  var isControlling: Bool
}
