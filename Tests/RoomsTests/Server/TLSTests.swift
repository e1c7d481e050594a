import Foundation
import Harness
import Rooms
import Testing

@Suite(.timeLimit(.minutes(1))) struct TLSTests {
  @Test func `a changed certificate is loaded without losing a connection, a broken one is not`() async throws {
    let folder = try TemporaryDirectory()
    let used = try await TestCertificate.make("used", in: folder)
    let new = try await TestCertificate.make("new", in: folder)
    let trusted = folder.file("trusted.pem")
    try (Data(contentsOf: used.certificate) + Data(contentsOf: new.certificate)).write(to: trusted)
    let configuration = RoomServerConfiguration.with {
      $0.server.certificate = CertificateFiles(certificate: used.certificate.path, key: used.key.path)
    }
    try await ServedRooms.run(configuration) { rooms in
      let peer = try PythonPeer.start("tls", ["\(rooms.port)", trusted.path], in: "socketio-5")
      let first = try await peer.line { $0.hasPrefix("serial") }
      // An invalid certificate is not loaded.
      try Data("-----BEGIN CERTIFICATE-----".utf8).write(to: used.certificate)
      try await eventually("the refusal in the log") { rooms.log.text.contains("the old certificate stays in use") }
      try new.replace(used)
      let second = try await peer.line(within: .seconds(20)) { $0.hasPrefix("serial") && $0 != first }
      #expect(first != second)
      try await peer.line { $0 == "kept" }
      try await peer.line { $0 == "answered" }
      try await peer.line { $0 == "done" }
      #expect(try await peer.exit().status == 0, "\(peer.errorOutput)")
    }
  }

  @Test func `plain HTTP to a TLS port closes that connection only`() async throws {
    let folder = try TemporaryDirectory()
    let files = try await TestCertificate.make("used", in: folder)
    let configuration = RoomServerConfiguration.with {
      $0.server.certificate = CertificateFiles(certificate: files.certificate.path, key: files.key.path)
    }
    try await ServedRooms.run(configuration) { rooms in
      let plain = try rooms.connection()
      plain.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
      try plain.waitForEnd()
      let page = try await Program.run(
        "openssl", ["s_client", "-connect", "127.0.0.1:\(rooms.port)", "-servername", "localhost", "-brief"])
      #expect(page == "")
    }
  }

  @Test func `a refused client that keeps its connection open is disconnected`() async throws {
    let folder = try TemporaryDirectory()
    let files = try await TestCertificate.make("used", in: folder)
    let configuration = RoomServerConfiguration.with {
      $0.server.certificate = CertificateFiles(certificate: files.certificate.path, key: files.key.path)
    }
    try await ServedRooms.run(configuration) { rooms in
      // The client sends the request and keeps its sending side open.
      let client = try await Program.run(
        "sh",
        [
          "-c",
          #"(printf 'GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n'; sleep 5) | "#
            + #"openssl s_client -quiet -ign_eof -connect 127.0.0.1:"$1" 2>/dev/null; true"#,
          "sh", "\(rooms.port)",
        ])
      #expect(client.hasPrefix("HTTP/1.1 421 "))
      #expect(client.hasSuffix("to have it do so.\n"))
    }
  }

  @Test func `an unreadable certificate or key, or two that do not match, are reported`() async throws {
    let folder = try TemporaryDirectory()
    let one = try await TestCertificate.make("one", in: folder)
    let other = try await TestCertificate.make("other", in: folder)
    let nothing = folder.file("nothing").path
    for (certificate, key, words) in [
      (one.certificate.path, other.key.path, "is not the one of the certificate"),
      (nothing, one.key.path, "cannot read a certificate in PEM from \(nothing)"),
      (one.certificate.path, nothing, "cannot read a private key in PEM, without a passphrase, from \(nothing)"),
      (one.key.path, one.key.path, "cannot read a certificate in PEM"),
    ] {
      let server = RoomServer(.with { $0.server.certificate = CertificateFiles(certificate: certificate, key: key) })
      let error = await #expect(throws: SocketIOServerError.self) { try await server.start() }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
      await server.shutdown()
    }
  }
}
