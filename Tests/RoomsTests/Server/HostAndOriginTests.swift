import Foundation
import Glibc
import Harness
import Testing

@testable import Rooms

/// The host names and origins that a server accepts, and its responses to others.
@Suite(.timeLimit(.minutes(1))) struct HostAndOriginTests {
  private static let polling = "/socket.io/?EIO=4&transport=polling"

  @Test func `the machine's name, also with .local, is accepted as Host`() async throws {
    var text = [CChar](repeating: 0, count: 256)
    #expect(gethostname(&text, 255) == 0)
    let name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let short = name.prefix { $0 != "." }
    try await ServedRooms.run { rooms in
      for host in [name, name.uppercased(), "\(short).local", "\(short):8080"] {
        let status = try rooms.connection().get("/healthz", ["Host: \(host)"])?.status
        #expect(status == 200, "\(host)")
      }
      let local = try rooms.connection().get("/healthz", ["Host: \(short).local.evil.test"])?.status
      #expect(local == 421)
      let whole = try rooms.connection().get("/healthz", ["Host: \(name).evil.test"])?.status
      #expect(whole == 421)
    }
  }

  @Test func `a machine's names are its host name, the first label, and that with .local`() {
    #expect(LocalAddress.names(of: "Bay") == ["bay", "bay.local"])
    #expect(LocalAddress.names(of: "bay.example.org") == ["bay", "bay.example.org", "bay.local"])
    for none in ["", "localhost", "localhost.localdomain", "192.0.2.1", "a b", "(none)"] {
      #expect(LocalAddress.names(of: none) == [], "\(none)")
    }
  }

  @Test func `a refusal and its line in the log name the setting that would allow the request`() async throws {
    try await ServedRooms.run { rooms in
      let host = try #require(try rooms.connection().get("/room/bay", ["Host: mypc.lan:8080"]))
      #expect(host.status == 421 && host["Content-Type"] == "text/plain; charset=utf-8")
      #expect(
        host.body
          == "This server does not answer to the name mypc.lan; start it with hostNames mypc.lan to have it do so.\n")
      for (origin, sentence) in [
        (
          "https://Rooms.test:21443",
          "This server does not let a page of https://rooms.test:21443 in; start it with allowedOrigins "
            + "https://rooms.test:21443, or if people reach this server there externalURL https://rooms.test:21443 to have it "
            + "do so.\n"
        ),
        (
          "null",
          "This server does not let a page without an origin in; start it with allowedOrigins null to have it do so.\n"
        ),
        (
          "capacitor://localhost",
          "This server does not let a page of capacitor://localhost in; start it with allowedOrigins capacitor://localhost to "
            + "have it do so.\n"
        ),
        ("https://a b", "This server refuses pages of unknown origin.\n"),
      ] {
        let answer = try #require(try rooms.connection().get(Self.polling, ["Origin: \(origin)"]))
        #expect(answer.status == 403 && answer.body == sentence, "\(origin)")
        #expect(answer["Content-Type"] == "text/plain; charset=utf-8")
      }
      for words in [
        "hostNames mypc.lan", "allowedOrigins https://rooms.test:21443", "externalURL https://rooms.test:21443",
        "allowedOrigins null", "allowedOrigins capacitor://localhost",
      ] { #expect(rooms.log.text.contains(words), "\(words)") }
    }
  }

  @Test(arguments: ["null", "file://", "capacitor://localhost", "app://bay", "ionic://localhost:8100"])
  func `the origin of an app or null is accepted only if allowed`(_ origin: String) async throws {
    try await ServedRooms.run(.with { $0.server.allowedOrigins = [origin] }) { rooms in
      let answer = try #require(try rooms.connection().get(Self.polling, ["Origin: \(origin)"]))
      #expect(answer.status == 200 && answer["Access-Control-Allow-Origin"] == origin)
      for other in ["null", "file://", "capacitor://localhost", "app://bay", "https://localhost"] where other != origin
      {
        let status = try rooms.connection().get(Self.polling, ["Host: localhost:1", "Origin: \(other)"])?.status
        #expect(status == 403, "\(other)")
      }
    }
    // An app's origin with the server's host name is still a foreign origin.
    try await ServedRooms.run { rooms in
      let status = try rooms.connection().get(Self.polling, ["Host: localhost", "Origin: \(origin)"])?.status
      #expect(status == 403)
    }
  }

  @Test func `only pages of framingOrigins may embed the page in a frame`() async throws {
    for sites in [[], ["https://Talks.example", "http://127.0.0.1:81"]] {
      try await ServedRooms.run(.with { $0.server.framingOrigins = sites }) { rooms in
        let answer = try #require(try rooms.connection().get("/room/bay"))
        let policy = answer["Content-Security-Policy"] ?? ""
        let ancestors = sites.isEmpty ? "'none'" : "https://talks.example http://127.0.0.1:81"
        #expect(policy.split(separator: "; ").contains("frame-ancestors \(ancestors)"), "\(policy)")
        #expect(answer["X-Frame-Options"] == (sites.isEmpty ? "DENY" : nil))
      }
    }
  }

  @Test func `Strict-Transport-Security is sent only for HTTPS to a host name, and only if enabled`()
    async throws
  {
    for (isEnabled, isTrusted) in [(true, true), (true, false), (false, true)] {
      let configuration = RoomServerConfiguration.with {
        $0.server.hostNames = ["rooms.test"]
        $0.server.sendsStrictTransport = isEnabled
        if isTrusted { $0.server.trustedProxies = [AddressRange("127.0.0.1")!] }
      }
      try await ServedRooms.run(configuration) { rooms in
        for (headers, isEligible) in [
          (["Host: rooms.test", "X-Forwarded-Proto: https"], true),
          (["Host: rooms.test", "X-Forwarded-Proto: http"], false), (["Host: rooms.test"], false),
          (["Host: 127.0.0.1", "X-Forwarded-Proto: https"], false),
          (["Host: [::1]", "X-Forwarded-Proto: https"], false),
          (["Host: localhost", "X-Forwarded-Proto: https"], false),
          (["Host: 127.0.0.1", "X-Forwarded-Host: rooms.test", "X-Forwarded-Proto: https"], true),
        ] {
          for path in ["/room/bay", "/healthz", Self.polling] {
            let value = try rooms.connection().get(path, headers)?["Strict-Transport-Security"]
            #expect(value == (isEligible && isEnabled && isTrusted ? "max-age=86400" : nil), "\(headers) \(path)")
          }
        }
      }
    }
  }

  @Test func `a server with a certificate sends Strict-Transport-Security without a proxy`() async throws {
    let folder = try TemporaryDirectory()
    let files = try await TestCertificate.make("used", in: folder)
    let configuration = RoomServerConfiguration.with {
      $0.server.certificate = CertificateFiles(certificate: files.certificate.path, key: files.key.path)
      $0.server.hostNames = ["rooms.test"]
      $0.server.sendsStrictTransport = true
    }
    try await ServedRooms.run(configuration) { rooms in
      for (host, isSent) in [("rooms.test", true), ("127.0.0.1", false)] {
        let script = """
          import socket, ssl, sys
          context = ssl._create_unverified_context()
          with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1])))) as connection:
            connection.sendall(f"GET /room/bay HTTP/1.1\\r\\nHost: {sys.argv[2]}\\r\\nConnection: close\\r\\n\\r\\n".encode())
            answer = b""
            while part := connection.recv(65536): answer += part
            print(answer.split(b"\\r\\n\\r\\n")[0].decode())
          """
        let head = try await Program.run("python3", ["-c", script, "\(rooms.port)", host])
        #expect(head.hasPrefix("HTTP/1.1 200"), "\(head)")
        #expect(head.contains("Strict-Transport-Security: max-age=86400") == isSent, "\(head)")
      }
    }
  }
}
