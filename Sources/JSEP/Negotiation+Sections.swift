internal import RTP
internal import SDP

extension Negotiation {
  /// Whether a section can be reused for another transceiver. Source: RFC 9429 §5.2.2.
  func isRecyclable(_ index: Int) -> Bool {
    for applied in [currentLocal, currentRemote] {
      if let media = applied?.description.media, media.indices.contains(index), media[index].isRejected { return true }
    }
    return false
  }

  /// The transceiver's codecs for an offer.
  func offered(_ transceiver: NegotiatedTransceiver, _ numbers: inout RTPNumbers) -> [RTPCodec] {
    var codecs: [RTPCodec] = []
    for capability in codecCapabilities(of: transceiver) {
      guard let type = numbers.payloadType(of: capability) else { continue }
      codecs.append(RTPCodec(capability, payloadType: type))
      if capability.hasRetransmission, let rtx = numbers.payloadType(of: capability, for: .retransmission) {
        codecs.append(.retransmission(of: type, clockRate: capability.clockRate, payloadType: rtx))
      }
      if capability.hasRedundancy, let red = numbers.payloadType(of: capability, for: .redundancy) {
        codecs.append(.redundancy(of: RTPCodec(capability, payloadType: type), payloadType: red))
      }
    }
    return codecs
  }

  /// The offered codecs that this side supports, with the offer's payload types. Source: RFC 9429 §5.3.1.
  func answered(_ transceiver: NegotiatedTransceiver, _ section: MediaDescription) -> [RTPCodec] {
    let offered = section.codecs
    var codecs: [RTPCodec] = []
    func accept(_ codec: RTPCodec, _ capability: RTPCodecCapability) {
      guard !codecs.contains(where: { $0.isSameFormat(as: codec) }) else { return }
      var accepted = RTPCodec(capability, payloadType: codec.payloadType)
      accepted.name = codec.name
      accepted.channels = codec.channels
      accepted.feedback.formIntersection(codec.feedback)
      codecs.append(accepted)
      let rtx = offered.first { $0.isRTX && $0.associatedPayloadType == codec.payloadType }
      if capability.hasRetransmission, let rtx {
        codecs.append(
          .retransmission(of: codec.payloadType, clockRate: rtx.clockRate, payloadType: rtx.payloadType))
      }
      let red = offered.first { $0.isRED && $0.redundantPayloadType == codec.payloadType }
      if capability.hasRedundancy, let red { codecs.append(.redundancy(of: accepted, payloadType: red.payloadType)) }
    }
    let capabilities = codecCapabilities(of: transceiver)
    if transceiver.codecPreferences != nil {
      for capability in capabilities {
        if let codec = offered.first(where: capability.isSameFormat) { accept(codec, capability) }
      }
    } else {
      for codec in offered {
        if let capability = capabilities.first(where: { $0.isSameFormat(as: codec) }) { accept(codec, capability) }
      }
    }
    return codecs
  }

  /// The header extensions of an answer: the supported ones of the offer, with the offer's identifiers.
  /// - Parameter all: the extensions of the offer's section and session level.
  func answered(_ kind: RTPMediaKind, _ all: [RTPHeaderExtensionMapping]) -> [RTPHeaderExtensionMapping] {
    let known = configuration.capabilities(kind).headerExtensions
    var seen: Set<String> = []
    return all.compactMap { mapping in
      // Identifiers above 14 would force the two-byte form on all headers.
      guard mapping.id <= 14, let name = RTPHeaderExtension(rawValue: mapping.uri), known.contains(name),
        seen.insert(mapping.uri).inserted
      else { return nil }
      var answer = RTPHeaderExtensionMapping(id: mapping.id, uri: mapping.uri)
      answer.direction = mapping.direction?.reversed
      return answer
    }
  }

  func codecCapabilities(of transceiver: NegotiatedTransceiver) -> [RTPCodecCapability] {
    transceiver.codecPreferences ?? configuration.capabilities(transceiver.kind).codecs
  }

  /// The session-level lines of a description.
  func head(bundles: [[String]], allowsMixed: Bool) -> [SDPLine] {
    let origin = SDPOrigin(sessionID: sessionID, sessionVersion: 0, address: SDPAddress("127.0.0.1"))
    var lines: [SDPLine] = [
      SDPLine(.version), SDPLine(.origin(origin)), SDPLine(.sessionName("-")), SDPLine(.timing(SDPTiming())),
    ]
    lines += bundles.filter { !$0.isEmpty }.map { SDPLine(.group(SDPGroup(semantics: "BUNDLE", mids: $0))) }
    if allowsMixed { lines.append(SDPLine(.extmapAllowMixed)) }
    lines.append(SDPLine(.other(name: "msid-semantic", value: "WMS *")))
    lines.append(SDPLine(.iceOptions(["trickle"])))
    return lines
  }

  /// Sets a new description's version: that of the last one if both are equal, else one more. Source: RFC 9429 §5.2.2.
  mutating func versioned(_ description: SessionDescription) -> SessionDescription {
    func origin(_ version: UInt64) -> SDPLine {
      SDPLine(.origin(SDPOrigin(sessionID: sessionID, sessionVersion: version, address: SDPAddress("127.0.0.1"))))
    }
    var description = description
    var version = lastMade?.origin?.sessionVersion ?? 0
    description.lines[1] = origin(version)
    if let lastMade, lastMade != description {
      version += 1
      description.lines[1] = origin(version)
    }
    lastMade = description
    return description
  }
}

extension RTPCodec {
  init(_ capability: RTPCodecCapability, payloadType: PayloadType) {
    self.init(
      payloadType: payloadType, name: capability.name, clockRate: capability.clockRate, channels: capability.channels,
      parameters: capability.parameters, feedback: capability.feedback)
  }

  static func retransmission(of type: PayloadType, clockRate: UInt32, payloadType: PayloadType) -> RTPCodec {
    RTPCodec(
      payloadType: payloadType, name: "rtx", clockRate: clockRate,
      parameters: [.init(name: "apt", value: type.description)])
  }

  static func redundancy(of codec: RTPCodec, payloadType: PayloadType) -> RTPCodec {
    RTPCodec(
      payloadType: payloadType, name: "red", clockRate: codec.clockRate, channels: codec.channels,
      parameters: [.init(name: "\(codec.payloadType)/\(codec.payloadType)")])
  }
}
