import SDP
import Foundation
import Media
import JSEP

@testable import WebRTC

/// Properties of a peer connection for arbitrary calls, remote descriptions and network input; checked by the fuzzer, and by
/// tests with its corpus. A violation traps.
package enum PeerChecks {
  /// Three bytes for each call: the function, which of two connections, and its argument. A text argument follows, up to the
  /// next zero.
  package static func check(_ bytes: [UInt8]) {
    let done = DispatchSemaphore(value: 0)
    Task { @NetworkThreadActor in
      await Pair(bytes[...])?.run()
      done.signal()
    }
    done.wait()
  }
}

/// Two connections, each the other's peer.
@NetworkThreadActor private final class Pair {
  private static let callLimit = 60

  private var rest: ArraySlice<UInt8>
  private var connections: [RTCPeerConnection] = []

  init?(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
    guard let first = try? Self.make(), let second = try? Self.make() else { return nil }
    connections = [first, second]
  }

  private static let certificate = try? RTCCertificate.generateCertificate()

  private static func make() throws -> RTCPeerConnection {
    var configuration = RTCConfiguration()
    configuration.localAddresses = ["127.0.0.1"]
    configuration.certificates = [certificate].compactMap(\.self)
    return try RTCPeerConnection(configuration)
  }

  func run() async {
    var calls = 0
    while let kind = rest.popFirst(), let which = rest.popFirst(), let how = rest.popFirst(), calls < Self.callLimit {
      calls += 1
      let number = Int(which & 1)
      let (connection, peer) = (connections[number], connections[1 - number])
      let state = connection.signalingState
      do throws(RTCError) {
        try call(kind & 15, how, of: connection, peer, number)
      } catch {
        // Source: W3C WebRTC §4.4.1.5: a call that fails leaves the state unchanged.
        precondition(connection.signalingState == state, "a failed call changes the state")
      }
      if kind & 15 == 15 { try? await Task.sleep(for: .milliseconds(Int(how & 7))) }
      if connection.signalingState == .closed {
        precondition(connection.getTransceivers().isEmpty, "transceivers after closing")
      }
    }
    for connection in connections {
      connection.close()
      precondition(connection.signalingState == .closed && connection.connectionState == .closed, "not closed")
    }
  }

  private func call(
    _ kind: UInt8, _ how: UInt8, of connection: RTCPeerConnection, _ peer: RTCPeerConnection, _ number: Int
  ) throws(RTCError) {
    let directions: [RTCRtpTransceiverDirection] = [.sendrecv, .sendonly, .recvonly, .inactive]
    let direction = directions[Int(how >> 1) % directions.count]
    let transceivers = connection.getTransceivers()
    let transceiver = transceivers.isEmpty ? nil : transceivers[Int(how) % transceivers.count]
    switch kind {
    case 0:
      guard transceivers.count < 8 else { break }
      try connection.addTransceiver(how & 1 == 0 ? .video : .audio, .init(direction: direction))
    case 1: try connection.setLocalDescription()
    case 2: try connection.setLocalDescription(try connection.createOffer(.init()))
    case 3: try connection.setLocalDescription(try connection.createAnswer())
    case 4:
      if let description = peer.localDescription { try connection.setRemoteDescription(description) }
    case 5: try connection.setRemoteDescription(changed(peer.localDescription, how))
    case 6: try connection.addIceCandidate(candidate(of: peer, how))
    case 7: connection.restartIce()
    case 8: try transceiver?.setDirection(direction)
    case 9: try transceiver?.stop()
    case 10: try connection.setLocalDescription(.init(type: .rollback))
    case 11: try connection.setRemoteDescription(.init(type: .rollback))
    case 12:
      connection.close()
      if let fresh = try? Self.make() { connections[number] = fresh }
    case 13: receive(text(), by: connection)
    case 14: _ = connection.getStats()
    default: break
    }
  }

  /// The rest of the input up to the next zero.
  private func text() -> [UInt8] {
    let text = rest.prefix { $0 != 0 }
    rest = rest[text.endIndex...].dropFirst()
    return Array(text)
  }

  /// A description with one line replaced.
  private func changed(_ description: RTCSessionDescription?, _ how: UInt8) -> RTCSessionDescriptionInit {
    let types = [RTCSdpType.offer, .answer, .pranswer, .offer]
    let other = text()
    var sdp = Array((description?.sdp ?? "v=0\r\n").utf8)
    let start = sdp.count * Int(how) / 256
    let line = sdp[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? sdp.endIndex
    let end = sdp[line...].firstIndex(of: 0x0A).map { $0 + 1 } ?? sdp.endIndex
    sdp.replaceSubrange(line..<end, with: other)
    return .init(
      type: how & 1 == 0 ? description?.type ?? .offer : types[Int(how >> 1) & 3],
      sdp: String(decoding: sdp, as: UTF8.self))
  }

  private func candidate(of peer: RTCPeerConnection, _ how: UInt8) -> RTCIceCandidateInit? {
    let lines = peer.localDescription?.sdp.split(whereSeparator: \.isNewline) ?? []
    let known = lines.first { $0.hasPrefix("a=candidate:") }.map { String($0.dropFirst(2)) }
    switch how & 3 {
    case 0: return nil
    case 1: return .init(candidate: known ?? "", sdpMLineIndex: 0)
    case 2: return .init(candidate: known ?? "", sdpMid: String(decoding: text(), as: UTF8.self))
    default: return .init(candidate: String(decoding: text(), as: UTF8.self), sdpMLineIndex: Int(how >> 2))
    }
  }

  /// Receives a datagram; its first byte decides the protocol. Source: RFC 7983 §7.
  private func receive(_ datagram: [UInt8], by connection: RTCPeerConnection) {
    for media in connection.transports.values {
      let before = media.transport.counters
      var bytes = datagram
      bytes.withUnsafeMutableBytes { media.transport.receive($0) }
      let after = media.transport.counters
      precondition(after.packetsReceived == before.packetsReceived + 1, "a packet is not counted")
      if datagram.count < 2 || !(20...63).contains(datagram[0]) && !(128...191).contains(datagram[0]) {
        precondition(after.ignored == before.ignored + 1, "a packet of no known protocol is not ignored")
      }
    }
  }
}
