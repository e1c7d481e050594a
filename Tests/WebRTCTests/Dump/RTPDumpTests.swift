import Foundation
import Harness
import Media
import RTP
import Testing

@testable import WebRTC

@Suite(.timeLimit(.minutes(1)))
struct RTPDumpTests {
  @Test(.enabled(if: Executables.installed("tshark") != nil))
  func `tshark decodes a dump as VP8 and RTCP without options`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("dump.pcap")
    let dump = try RTPDump(path: file.path)
    let connection = dump.addConnection()
    dump.announce([(96, "VP8/90000"), (97, "rtx/90000")], of: .video, .sent, connection: connection)
    let rtp: [UInt8] =
      [0x80, 0xe0, 0, 7, 0, 1, 0x5f, 0x90, 0, 0, 0x12, 0x34, 0x90, 0x80, 0x80, 5]
      + [0x10, 2, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xf0, 0] + [UInt8](repeating: 0, count: 40)
    dump.add(rtp.span, .sent, connection: connection, now: .now)
    let report: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 5]
    dump.add(report.span, .received, connection: connection, now: .now)
    dump.close()
    let lines = try await Program.run("tshark", ["-r", file.path]).split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1].contains("VP8") && lines[1].contains("SSRC=0x1234"))
    #expect(lines[2].contains("RTCP") && lines[2].contains("Receiver Report"))
    // No wrong checksum or length.
    let wrong = try await Program.run("tshark", ["-r", file.path, "-Y", "_ws.malformed || ip.checksum.status == 0"])
    #expect(wrong.isEmpty)
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func `an existing file is overwritten only with replacing`() throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("dump.pcap")
    try Data("kept".utf8).write(to: file)
    #expect(throws: RTPDumpError.self) { try RTPDump(path: file.path) }
    #expect(try Data(contentsOf: file) == Data("kept".utf8))
    try RTPDump(path: file.path, replacing: true).close()
    #expect(try Data(contentsOf: file) == Data(PacketCapture.header))
  }
}
