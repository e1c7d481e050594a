import Media
import RTP
import SDP

@testable import WebRTC

/// One end of a `TransportPair`: a transport and its events and packets so far.
final class TransportSide {
  let transport: PeerTransport
  let certificate: RTCCertificate
  var events: [TransportEvent] = []
  var eventsWhenClosed: Int?
  var packets: [[UInt8]] = []
  var reports: [[UInt8]] = []
  var candidates: [ICECandidate] = []
  /// Called after each event and packet.
  var onChange: () -> Void = {}
  /// Takes the candidates; they are dropped while it is nil.
  var onCandidate: ((ICECandidate?, String) -> Void)?

  init(configuration: TransportConfiguration) throws {
    certificate = configuration.certificate
    transport = try PeerTransport(configuration: configuration)
    transport.onEvent = { [unowned self] event in
      events.append(event)
      switch event {
      case .candidate(let candidate, let usernameFragment):
        candidates.append(candidate)
        onCandidate?(candidate, usernameFragment)
      case .endOfCandidates(let usernameFragment): onCandidate?(nil, usernameFragment)
      default: break
      }
      onChange()
    }
    transport.onRTP = { [unowned self] packet, _ in
      packets.append(packet.withUnsafeBytes(Array.init))
      onChange()
    }
    transport.onRTCP = { [unowned self] packet, _ in
      reports.append(packet.withUnsafeBytes(Array.init))
      onChange()
    }
  }

  var iceStates: [RTCIceTransportState] {
    events.compactMap { if case .iceState(let state) = $0 { state } else { nil } }
  }

  var dtlsStates: [RTCDtlsTransportState] {
    events.compactMap { if case .dtlsState(let state) = $0 { state } else { nil } }
  }

  var failures: [TransportError] { events.compactMap { if case .failed(let error) = $0 { error } else { nil } } }

  var candidateErrors: [RTCIceCandidateError] {
    events.compactMap { if case .candidateError(let error) = $0 { error } else { nil } }
  }
}

extension TransportSide {
  /// Sends one packet; false when it is dropped.
  func sendRTP(_ packet: [UInt8]) -> Bool { send(packet, isRTCP: false) }

  /// Sends one compound packet; false when it is dropped.
  func sendRTCP(_ packet: [UInt8]) -> Bool { send(packet, isRTCP: true) }

  private func send(_ packet: [UInt8], isRTCP: Bool) -> Bool {
    let batch = RTPPacketBatch(capacity: 1)
    batch.add(packet, isRTCP: isRTCP)
    return transport.send(batch, packets: 0..<1) == 1
  }
}
