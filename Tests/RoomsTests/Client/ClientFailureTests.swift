import Foundation
import Harness
import RoomProtocol
import Rooms
import Testing

/// The errors of a client whose server is missing, or is not the expected one.
@Suite(.timeLimit(.minutes(2))) struct ClientFailureTests {
  @Test(arguments: [
    "", "example.org", "ftp://example.org", "http://", "http://:80", "http://a:99999", "http://u:p@a", "ws://a b",
  ])
  func `an invalid URL is reported as not the address of a room server`(url: String) async {
    let failure = await outcome(of: url)
    #expect(failure.hasPrefix("\"\(url)\" is not the address of a room server"))
  }

  @Test(arguments: SocketIOClientConfiguration.Transport.allCases)
  func `a refused connection is reported as unreachable`(transport: SocketIOClientConfiguration.Transport) async throws
  {
    let url = "http://127.0.0.1:\(try FreePort.find())"
    let sentence =
      "cannot reach the room server at \(url): connection refused; check the address and that the server runs"
    let failure = await outcome(of: url) { $0.transport = transport }
    #expect(failure == sentence)
  }

  @Test func `an unknown host name is reported as unreachable`() async {
    let failure = await outcome(of: "http://nowhere.invalid:8080/rooms")
    #expect(failure.hasPrefix("cannot reach the room server at http://nowhere.invalid:8080/rooms: there is no host"))
  }

  @Test(arguments: SocketIOClientConfiguration.Transport.allCases)
  func `a server that never answers is reported as unreachable, without other attempts`(
    transport: SocketIOClientConfiguration.Transport
  ) async throws {
    let listener = try SilentListener()
    defer { listener.close() }
    let url = "http://127.0.0.1:\(listener.port)"
    let start = MonotonicClock.seconds
    let failure = await outcome(of: url) {
      $0.transport = transport
      $0.connectTimeout = .seconds(1)
    }
    #expect(failure.hasPrefix("cannot reach the room server at \(url): no answer within 1 seconds"))
    // Other transports and versions are not tried after a timeout.
    #expect(MonotonicClock.seconds - start < 10)
  }

  @Test(arguments: SocketIOClientConfiguration.Transport.allCases)
  func `a server without Socket.IO is reported with its HTTP status`(transport: SocketIOClientConfiguration.Transport)
    async throws
  {
    try await ServedRooms.run { rooms in
      let url = "http://127.0.0.1:\(rooms.port)/elsewhere"
      let failure = await outcome(of: url) { $0.transport = transport }
      #expect(failure == "what answers at \(url) is no room server (HTTP status 404); check address and path")
    }
  }

  @Test(arguments: [SocketIOClientConfiguration.Transport.webSocketFirst, .upgrade, .pollingOnly])
  func `the error quotes the text of a server that refuses the host`(
    transport: SocketIOClientConfiguration.Transport
  ) async throws {
    try await ServedRooms.run { rooms in
      let url = "http://0.0.0.0:\(rooms.port)"
      let failure = await outcome(of: url) { $0.transport = transport }
      #expect(
        failure
          == "the room server at \(url) does not let this client in: This server does not answer to the name 0.0.0.0; start it "
          + "with hostNames 0.0.0.0 to have it do so")
    }
  }

  @Test(arguments: SocketIOClientConfiguration.Transport.allCases)
  func `a certificate must be trusted and match the host`(
    transport: SocketIOClientConfiguration.Transport
  ) async throws {
    let folder = try TemporaryDirectory()
    let certificate = try await TestCertificate.make("mine", in: folder)
    let configuration = RoomServerConfiguration.with {
      $0.server.certificate = CertificateFiles(certificate: certificate.certificate.path, key: certificate.key.path)
    }
    try await ServedRooms.run(configuration) { rooms in
      let url = "https://localhost:\(rooms.port)"
      let stranger = await outcome(of: url) { $0.transport = transport }
      #expect(
        stranger.hasPrefix(
          "cannot trust the room server at \(url): its certificate is not signed by a trusted authority"))
      let known = await outcome(of: url) {
        $0.transport = transport
        $0.trustedCertificates = certificate.certificate.path
      }
      #expect(known == "connected")
      let webSocket = await outcome(of: "wss://localhost:\(rooms.port)") {
        $0.transport = transport
        $0.trustedCertificates = certificate.certificate.path
      }
      #expect(webSocket == "connected")
      let address = await outcome(of: "https://127.0.0.1:\(rooms.port)") {
        $0.transport = transport
        $0.trustedCertificates = certificate.certificate.path
      }
      #expect(address.contains("cannot trust"), "\(address)")
      let plain = await outcome(of: "http://localhost:\(rooms.port)") { $0.transport = transport }
      #expect(plain.hasPrefix("what answers at http://localhost:\(rooms.port) is no room server"), "\(plain)")
    }
  }

  @Test func `TLS to a server without TLS, and a file without certificates, are reported`() async throws {
    try await ServedRooms.run { rooms in
      let url = "https://localhost:\(rooms.port)"
      let failure = await outcome(of: url)
      #expect(failure.hasPrefix("cannot trust the room server at \(url): it does not speak TLS"), "\(failure)")
    }
    let file = try TemporaryDirectory().file("none.pem").path
    let failure = await outcome(of: "https://localhost:1") { $0.trustedCertificates = file }
    #expect(failure == "cannot read certificates in PEM from \(file); check the file")
  }
}
