/// The state of the connection as a whole. Source: W3C WebRTC §4.3.3.
public enum RTCPeerConnectionState: String, Sendable, Hashable {
  case new, connecting, connected, disconnected, failed, closed
}

/// The state of ICE (W3C WebRTC §5.6.5).
public enum RTCIceTransportState: String, Sendable, Hashable {
  case new, checking, connected, completed, disconnected, failed, closed
}

/// The progress of gathering local candidates (W3C WebRTC §5.6.4).
public enum RTCIceGathererState: String, Sendable, Hashable {
  case new, gathering, complete
}

/// The state of DTLS (W3C WebRTC §5.5.1).
public enum RTCDtlsTransportState: String, Sendable, Hashable {
  case new, connecting, connected, closed, failed
}

/// The state of ICE over all transports. Source: W3C WebRTC §4.3.4.
public typealias RTCIceConnectionState = RTCIceTransportState

/// The progress of candidate gathering over all transports. Source: W3C WebRTC §4.3.2.
public typealias RTCIceGatheringState = RTCIceGathererState

extension RTCPeerConnectionState {
  /// Source: W3C WebRTC §4.3.3. Beyond it, a peer that closed DTLS counts as disconnected, since it can send nothing more.
  init(ice: [RTCIceTransportState], dtls: [RTCDtlsTransportState]) {
    if ice.contains(.failed) || dtls.contains(.failed) {
      self = .failed
    } else if ice.contains(.disconnected) || dtls.contains(.closed) {
      self = .disconnected
    } else if ice.allSatisfy({ $0 == .new }), dtls.allSatisfy({ $0 == .new }) {
      self = .new
    } else if ice.allSatisfy({ $0 == .connected || $0 == .completed }), dtls.allSatisfy({ $0 == .connected }) {
      self = .connected
    } else {
      self = .connecting
    }
  }
}

extension RTCIceTransportState {
  /// Source: W3C WebRTC §4.3.4.
  init(all states: [RTCIceTransportState]) {
    self =
      if states.contains(.failed) {
        .failed
      } else if states.contains(.disconnected) {
        .disconnected
      } else if states.allSatisfy({ $0 == .new }) {
        .new
      } else if states.contains(where: { $0 == .new || $0 == .checking }) {
        .checking
      } else if states.allSatisfy({ $0 == .completed }) {
        .completed
      } else {
        .connected
      }
  }
}

extension RTCIceGathererState {
  /// Source: W3C WebRTC §4.3.2.
  init(all states: [RTCIceGathererState]) {
    self =
      if states.contains(.gathering) {
        .gathering
      } else if !states.isEmpty, states.allSatisfy({ $0 == .complete }) {
        .complete
      } else {
        .new
      }
  }
}
