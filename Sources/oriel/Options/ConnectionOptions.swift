public import ArgumentParser
import Foundation
public import Oriel

/// The options of the WebRTC connections to viewers.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      A STUN or TURN server, as in stun:stun.example.org or turn:turn.example.org?transport=tcp,USER,PASSWORD, or \
      @FILE for one in a file's first line, which keeps the password out of the process list; may be given more than \
      once. The servers that the room announces are used, too.
      """, valueName: "uri"), transform: NamedICEServer.init)
  var iceServer: [NamedICEServer] = []

  @Option(
    help: ArgumentHelp("Connect to viewers directly, too (all), or by TURN servers only (relay).", valueName: "policy"))
  var iceTransportPolicy = RTCIceTransportPolicy.all

  @Option(
    help: ArgumentHelp("The UDP ports to use, as in 50000-50100.", valueName: "first-last"), transform: parsePortRange)
  var portRange: ClosedRange<UInt16>?

  @Option(
    help: ArgumentHelp(
      "The lowest bit rate of the picture, even for slow viewers. (default: 300k)", valueName: "rate"),
    transform: Rate.parseBits)
  var minBitrate: Int?

  @Option(
    help: ArgumentHelp(
      """
      instant: viewers show each picture as soon as it arrives. smooth: even motion, for 200 ms more delay. sharp: \
      little delay, and large pictures are sent more slowly, so that no packets are lost.
      """, valueName: "mode"))
  var latency = RTCLatencyMode.sharp

  @Option(
    help: ArgumentHelp("Write all RTP and RTCP, unencrypted, into a file for Wireshark.", valueName: "file"),
    completion: .file(extensions: ["pcap"]))
  var rtpDump: String?

  /// - Throws: `Failure`.
  func configuration(encoding: EncodingSettings) throws -> RTCConfiguration {
    var configuration = RTCConfiguration()
    configuration.iceServers = try iceServer.map { try $0.server() }
    configuration.iceTransportPolicy = iceTransportPolicy
    configuration.portRange = portRange
    configuration.encoding = encoding
    configuration.latency = latency
    if let minBitrate { configuration.encoding.minimumBitrate = min(minBitrate, encoding.bitrate) }
    do {
      try configuration.validate()
    } catch {
      throw Failure(status: .usage, code: "usage", message: "--ice-server: \(error.message)")
    }
    if let rtpDump {
      do {
        configuration.rtpDump = try RTPDump(path: rtpDump)
      } catch {
        throw Failure(status: .cannotCreate, code: "create", message: "\(error)")
      }
    }
    return configuration
  }
}

/// A value of `--ice-server`.
enum NamedICEServer: Sendable {
  case server(RTCIceServer)
  case file(String)

  @Sendable init(_ text: String) throws {
    if text.hasPrefix("@") {
      self = .file(String(text.dropFirst()))
    } else if let server = Self.parse(text) {
      self = .server(server)
    } else {
      throw ValidationError("\(Self.form), or @FILE")
    }
  }

  /// - Throws: `Failure` if the file cannot be read or does not begin with a server.
  func server() throws(Failure) -> RTCIceServer {
    switch self {
    case .server(let server): return server
    case .file(let path):
      let line = try SecretOption.firstLine(ofFile: path, option: "--ice-server")
      guard let server = Self.parse(line) else {
        throw Failure(
          status: .usage, code: "usage",
          message: "--ice-server: the first line of \(path.readablePath) is not a server; \(Self.form)")
      }
      return server
    }
  }

  private static let form = "write a server as in stun:stun.example.org or turn:turn.example.org,USER,PASSWORD"

  private static func parse(_ text: String) -> RTCIceServer? {
    let parts = text.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard parts.count != 2, let url = parts.first, !url.isEmpty else { return nil }
    return RTCIceServer(
      urls: [url], username: parts.count > 1 ? parts[1] : nil, credential: parts.count > 1 ? parts[2] : nil)
  }
}

@Sendable private func parsePortRange(_ text: String) throws -> ClosedRange<UInt16> {
  let parts = text.split(separator: "-", omittingEmptySubsequences: false)
  guard parts.count == 2, let first = UInt16(parts[0]), let last = UInt16(parts[1]), first >= 1024, first <= last else {
    throw ValidationError("write the first and the last port, 1024 or above, as in 50000-50100")
  }
  return first...last
}

extension RTCIceTransportPolicy: ExpressibleByArgument {}
extension RTCLatencyMode: ExpressibleByArgument {}
