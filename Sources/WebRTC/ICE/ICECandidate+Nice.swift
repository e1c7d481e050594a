internal import CNice
internal import SDP

extension ICECandidate {
  /// A copy of libnice's candidate.
  init(_ candidate: NiceCandidate) {
    let isTCP = candidate.transport != NICE_CANDIDATE_TRANSPORT_UDP
    self.init(
      foundation: withUnsafeBytes(of: candidate.foundation) { field in
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
      },
      component: Int(candidate.component_id),
      transport: isTCP ? .tcp : .udp,
      priority: candidate.priority,
      address: Self.text(of: candidate.addr).address,
      port: Self.text(of: candidate.addr).port,
      kind: Kind(candidate.type))
    if kind != .host {
      let base = Self.text(of: candidate.base_addr)
      relatedAddress = base.address
      relatedPort = base.port
    }
    switch candidate.transport {
    case NICE_CANDIDATE_TRANSPORT_TCP_ACTIVE:
      tcpType = .active
      // An active candidate has no port of its own: RFC 6544 §4.5 writes the discard port.
      if port == 0 { port = 9 }
    case NICE_CANDIDATE_TRANSPORT_TCP_PASSIVE: tcpType = .passive
    case NICE_CANDIDATE_TRANSPORT_TCP_SO: tcpType = .so
    default: break
    }
  }

  var niceTransport: NiceCandidateTransport {
    guard transport == .tcp else { return NICE_CANDIDATE_TRANSPORT_UDP }
    return switch tcpType {
    case .active: NICE_CANDIDATE_TRANSPORT_TCP_ACTIVE
    case .so: NICE_CANDIDATE_TRANSPORT_TCP_SO
    case .passive, nil: NICE_CANDIDATE_TRANSPORT_TCP_PASSIVE
    }
  }

  static func text(of address: NiceAddress) -> (address: String, port: UInt16) {
    var address = address
    var text = [CChar](repeating: 0, count: 64)
    guard nice_address_is_valid(&address) != 0 else { return ("0.0.0.0", 0) }
    nice_address_to_string(&address, &text)
    return (
      String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self),
      UInt16(truncatingIfNeeded: nice_address_get_port(&address))
    )
  }
}

extension ICECandidate.Kind {
  init(_ type: NiceCandidateType) {
    self =
      switch type {
      case NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE: .serverReflexive
      case NICE_CANDIDATE_TYPE_PEER_REFLEXIVE: .peerReflexive
      case NICE_CANDIDATE_TYPE_RELAYED: .relayed
      default: .host
      }
  }

  /// Nil for a kind that libnice does not know.
  var nice: NiceCandidateType? {
    switch self {
    case .host: NICE_CANDIDATE_TYPE_HOST
    case .serverReflexive: NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE
    case .peerReflexive: NICE_CANDIDATE_TYPE_PEER_REFLEXIVE
    case .relayed: NICE_CANDIDATE_TYPE_RELAYED
    case .other: nil
    }
  }
}
