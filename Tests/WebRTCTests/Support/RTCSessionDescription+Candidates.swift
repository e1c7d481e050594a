import SDP
import WebRTC

extension RTCSessionDescriptionInit {
  /// The port of its first host candidate over UDP and IPv4.
  var candidatePort: UInt16? {
    candidates.first { $0.kind == .host && $0.transport == .udp && !$0.isIPv6 }?.port
  }

  /// The same description with one candidate: the loopback interface's, at this port.
  func through(port: UInt16) -> RTCSessionDescriptionInit {
    var isReplaced = false
    let lines = sdp.split(separator: "\r\n").compactMap { line -> String? in
      guard line.hasPrefix("a=candidate:") else { return String(line) }
      defer { isReplaced = true }
      return isReplaced ? nil : "a=candidate:1 1 udp 2122260223 127.0.0.1 \(port) typ host"
    }
    return RTCSessionDescriptionInit(type: type, sdp: lines.map { $0 + "\r\n" }.joined())
  }

  /// All candidates in the description.
  var candidates: [ICECandidate] {
    sdp.split(separator: "\r\n").filter { $0.hasPrefix("a=candidate:") }
      .compactMap { ICECandidate(parsing: String($0.dropFirst(2))) }
  }
}
