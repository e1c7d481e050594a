import JSEP
import Capture
import Encoding
import Harness
import Media
import RTP
import WebRTC

/// The peer connections of a worker, all over the loopback interface.
@NetworkThreadActor final class WorkerConnections {
  private let configuration: RTCConfiguration
  private let stream: MediaStream?
  private var connections: [RTCPeerConnection] = []
  private var reports: Task<Void, any Error>?

  /// - Parameter display: the desktop to send; nil sends nothing.
  init(display: String?, bitrate: Int) async throws {
    var configuration = RTCConfiguration()
    configuration.localAddresses = ["127.0.0.1"]
    configuration.encoding.bitrate = bitrate
    configuration.certificates = [try RTCCertificate.generateCertificate()]
    self.configuration = configuration
    stream = if let display { try await MediaDevices.getDisplayMedia(.init(display: display)) } else { nil }
  }

  func offers(_ count: Int) async throws -> [String] {
    var offers: [String] = []
    for _ in 0..<count {
      let connection = try RTCPeerConnection(configuration)
      for track in stream?.getTracks() ?? [] { _ = try connection.addTrack(track, stream!) }
      connections.append(connection)
      offers.append(try await describe(connection))
    }
    return offers
  }

  func accept(_ answers: [String]) async throws {
    let newest = connections.suffix(answers.count)
    for (connection, sdp) in zip(newest, answers) {
      try connection.setRemoteDescription(RTCSessionDescriptionInit(type: .answer, sdp: sdp))
    }
    try await eventually("all connections") { newest.allSatisfy { $0.connectionState == .connected } }
  }

  func answers(to offers: [String]) async throws -> [String] {
    var answers: [String] = []
    for sdp in offers {
      let connection = try RTCPeerConnection(configuration)
      try connection.setRemoteDescription(RTCSessionDescriptionInit(type: .offer, sdp: sdp))
      connections.append(connection)
      answers.append(try await describe(connection))
      connection.discardMedia()
    }
    reports = reports ?? Task { try await report() }
    return answers
  }

  var figures: WorkerFigures {
    var figures = WorkerFigures()
    // All connections share one encoder, so the first one's count is that of all.
    let outbound = connections.first?.getStats().all(RTCOutboundRtpStreamStats.self).first
    figures.framesEncoded = Int(outbound?.framesEncoded ?? 0)
    for connection in connections {
      let traffic = connection.traffic
      figures.packetsSent += traffic.packetsSent
      figures.bytesSent += traffic.bytesSent
      figures.packetsDiscarded += traffic.packetsDiscarded
      figures.packetsReceived += traffic.packetsReceived
      if connection.connectionState == .connected { figures.connected += 1 }
    }
    return figures
  }

  /// Sends RTCP ten times a second like a browser, for its cost to the sender: an empty receiver report, and transport-wide
  /// feedback on fifteen packets.
  private func report() async throws {
    let header: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 1]
    let feedback: [UInt8] = [0x8F, 205, 0, 9, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 15, 0, 0, 0, 0]
    let arrivals: [UInt8] = [0x20, 15] + Array(repeating: 8, count: 15) + [0, 0, 0]
    var turn = 0
    while true {
      for index in stride(from: turn, to: connections.count, by: 10) {
        connections[index].sendControl(header + feedback + arrivals)
      }
      turn = (turn + 1) % 10
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Creates and sets the local description, and returns it with all candidates.
  private func describe(_ connection: RTCPeerConnection) async throws -> String {
    let events = connection.events
    try connection.setLocalDescription()
    if connection.iceGatheringState != .complete {
      for await event in events {
        if case .icegatheringstatechange(.complete) = event { break }
      }
    }
    return connection.localDescription?.sdp ?? ""
  }
}
