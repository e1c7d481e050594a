import Foundation
import Harness
import Media
import RTP
import Scenes
import Testing
import WebRTC

/// A session's packets on the wire and in a dump, as decoded by tshark.
@Suite(
  .serialized, .timeLimit(.minutes(3)), .enabled(if: Executables.installed("tshark") != nil, "tshark is not installed"))
struct WireTests {
  @Test(
    .enabled("capturing on the loopback interface needs root") {
      try await Program.run("tshark", ["-D"]).contains("(Loopback)")
    })
  func `on the wire there is STUN, then DTLS, then SRTP, and nothing else`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("wire.pcapng")
    let port = try FreePort.find()
    let capture = try Program("tshark", ["-i", "lo", "-f", "udp port \(port)", "-w", file.path])
    try await eventually("tshark to capture") { capture.errorOutput.contains("Capture started") }
    try await play(port: port, dump: folder.file("dump.pcap"))
    try await capture.stop(SIGINT, within: .seconds(10))
    // Decoded by content: a random free port may be the registered port of another protocol.
    let fields = [
      "-o", "udp.try_heuristic_first:TRUE", "--enable-heuristic", "rtp_udp", "-T", "fields", "-e", "frame.protocols",
    ]
    let lines = try await Program.run("tshark", ["-r", file.path] + fields).split(separator: "\n")
    var order: [Substring] = []
    // Such as eth:ethertype:ip:udp:dtls:x509sat.
    for case let name? in lines.map({ $0.split(separator: ":").dropFirst(4).first }) where !order.contains(name) {
      order.append(name)
    }
    #expect(order.filter { $0 != "rtcp" } == ["stun", "dtls", "rtp"])
    #expect(try await count(Self.keyFrame, in: file) == 0)
  }

  @Test func `in a dump tshark finds our VP8 and the RTCP reports of both sides`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("dump.pcap")
    try await play(port: try FreePort.find(), dump: file)
    #expect(try await count("ip.src == 192.0.2.1 && rtp && vp8", in: file) > 20)
    #expect(try await count(Self.keyFrame, in: file) > 0)
    #expect(try await count("ip.src == 192.0.2.1 && rtcp.pt == 200", in: file) > 0)
    #expect(try await count("ip.dst == 192.0.2.1 && rtcp.pt == 201", in: file) > 0)
    #expect(try await count("_ws.malformed", in: file) == 0)
  }

  /// The start code and size of a VP8 key frame of 320×240 (RFC 6386 §9.1).
  private static let keyFrame = "udp.payload contains 9d:01:2a:40:01:f0:00"

  private func count(_ filter: String, in file: URL) async throws -> Int {
    try await Program.run("tshark", ["-r", file.path, "-Y", filter]).split(separator: "\n").count
  }

  /// Sends a desktop to another connection of this library for a while.
  private func play(port: UInt16, dump file: URL) async throws {
    let desktop = try await SharedDesktop(.testCard, width: 320, height: 240)
    let dump = try RTPDump(path: file.path)
    var configuration = RTCConfiguration.loopback
    configuration.portRange = port...port
    configuration.rtpDump = dump
    let sender = try await RTCPeerConnection(configuration)
    let viewer = try await RTCPeerConnection(.loopback)
    try await sender.addTrack(desktop.track, desktop.stream)
    let answer = try await viewer.completeAnswer(to: try await sender.completeOffer())
    try await sender.setRemoteDescription(answer)
    try await eventually("packets") {
      let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
      return (size ?? 0) > 60_000
    }
    // A measured round trip means a report of each side: theirs refers to ours.
    try await eventually("reports") {
      await sender.getStats().all(RTCRemoteInboundRtpStreamStats.self).first?.roundTripTime != nil
    }
    await sender.close()
    await viewer.close()
    dump.close()
    try await desktop.stop()
  }
}
