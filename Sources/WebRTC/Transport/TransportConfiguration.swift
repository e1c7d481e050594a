/// Settings of a transport.
struct TransportConfiguration {
  /// Already validated: their URLs parse.
  var iceServers: [RTCIceServer] = []
  var iceTransportPolicy: RTCIceTransportPolicy = .all
  /// The local ports of host candidates.
  var portRange: ClosedRange<UInt16>?
  /// The addresses to use, which may include loopback; empty for all of the machine except loopback and IPv6 link-local.
  var localAddresses: [String] = []
  /// Whether TCP candidates are offered and accepted too, for networks that block UDP.
  var usesTCP = false
  var certificate: RTCCertificate
  /// Whether this side made the first offer. If both sides did, ICE resolves the role conflict.
  var isControlling: Bool
}

extension TransportConfiguration {
  init(_ configuration: RTCConfiguration, certificate: RTCCertificate, isControlling: Bool) {
    self.init(
      iceServers: configuration.iceServers, iceTransportPolicy: configuration.iceTransportPolicy,
      portRange: configuration.portRange, localAddresses: configuration.localAddresses, usesTCP: configuration.usesTCP,
      certificate: certificate, isControlling: isControlling)
  }
}
