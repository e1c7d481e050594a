import Foundation
import Harness
import RoomProtocol
import Testing

@testable import Rooms

/// Connections to a server through an HTTP proxy.
@Suite(.timeLimit(.minutes(2))) struct ProxyTests {
  private func outcome(
    _ url: String, through proxy: String, _ change: (inout SocketIOClientConfiguration) -> Void = { _ in }
  ) async -> String {
    await RoomsTests.outcome(of: url) {
      $0.proxy = .url(proxy)
      change(&$0)
    }
  }

  @Test(arguments: SocketIOClientConfiguration.Transport.allCases)
  func `a server is reached through a proxy, with TLS and without`(
    transport: SocketIOClientConfiguration.Transport
  ) async throws {
    let proxy = try await HTTPProxy()
    try await ServedRooms.run { rooms in
      let plain = await outcome("http://127.0.0.1:\(rooms.port)", through: "http://127.0.0.1:\(proxy.port)") {
        $0.transport = transport
      }
      #expect(plain == "connected")
    }
    // The proxy writes its log in its own time.
    try await eventually("the CONNECT in the proxy's log") { proxy.connects > 0 }
    let plainConnects = proxy.connects
    let folder = try TemporaryDirectory()
    let certificate = try await TestCertificate.make("mine", in: folder)
    let configuration = RoomServerConfiguration.with {
      $0.server.certificate = CertificateFiles(certificate: certificate.certificate.path, key: certificate.key.path)
    }
    try await ServedRooms.run(configuration) { rooms in
      let url = "https://localhost:\(rooms.port)"
      let secure = await outcome(url, through: "127.0.0.1:\(proxy.port)") {
        $0.transport = transport
        $0.trustedCertificates = certificate.certificate.path
      }
      #expect(secure == "connected")
      try await eventually("the CONNECT of TLS in the proxy's log") { proxy.connects > plainConnects }
      let stranger = await outcome(url, through: "127.0.0.1:\(proxy.port)") { $0.transport = transport }
      #expect(stranger.hasPrefix("cannot trust the room server at \(url): its certificate is not"), "\(stranger)")
    }
    try await proxy.stop()
  }

  @Test func `a proxy with authentication accepts the URL's user and password only`() async throws {
    let proxy = try await HTTPProxy(user: ("oriel", "open-sesame"))
    try await ServedRooms.run { rooms in
      let url = "http://127.0.0.1:\(rooms.port)"
      #expect(await outcome(url, through: "http://oriel:open%2Dsesame@127.0.0.1:\(proxy.port)") == "connected")
      let none = await outcome(url, through: "http://127.0.0.1:\(proxy.port)")
      #expect(none.contains("asks for a name and a password"), "\(none)")
      let wrong = await outcome(url, through: "http://oriel:wrong@127.0.0.1:\(proxy.port)")
      #expect(wrong.hasPrefix("cannot reach the room server at \(url) through the proxy: "), "\(wrong)")
      #expect(!wrong.contains("oriel:"))
    }
    try await proxy.stop()
  }

  @Test(arguments: SocketIOClientConfiguration.Transport.allCases)
  func `a refused, forbidding, silent or unsupported proxy is reported`(
    transport: SocketIOClientConfiguration.Transport
  ) async throws {
    let unused = try FreePort.find()
    let url = "http://127.0.0.1:\(unused)"
    func outcome(_ proxy: String, _ limit: Duration = .seconds(15)) async -> String {
      await self.outcome(url, through: proxy) {
        $0.transport = transport
        $0.connectTimeout = limit
      }
    }
    let start = "cannot reach the room server at \(url) through the proxy: "
    let end = "; check HTTPS_PROXY, or name the server in NO_PROXY"
    #expect(
      await outcome("127.0.0.1:\(unused)")
        == "\(start)http://127.0.0.1:\(unused) cannot be reached: connection refused\(end)")

    let proxy = try await HTTPProxy(ports: [Int(unused) ^ 1])
    let forbidden = await outcome("127.0.0.1:\(proxy.port)")
    #expect(forbidden == "\(start)http://127.0.0.1:\(proxy.port) does not open a tunnel: HTTP status 403\(end)")
    try await proxy.stop()

    let listener = try SilentListener()
    let silent = await outcome("127.0.0.1:\(listener.port)", .seconds(1))
    #expect(silent.contains("no answer within 1 seconds"), "\(silent)")
    listener.close()

    let socks = await outcome("socks5://127.0.0.1:1080")
    #expect(socks.hasPrefix("\(start)the proxy's address must be like http://"), "\(socks)")
  }

  private struct Case: Sendable, CustomTestStringConvertible {
    let url: String
    let environment: [String: String]
    let expected: String?

    init(_ url: String, _ environment: [String: String], _ expected: String?) {
      (self.url, self.environment, self.expected) = (url, environment, expected)
    }

    var testDescription: String { "\(url) \(environment)" }
  }

  private static let cases: [Case] = [
    Case("https://rooms.example.org", ["HTTPS_PROXY": "p:3128"], "http://p:3128"),
    Case("https://rooms.example.org", ["https_proxy": "http://p:3128/", "HTTPS_PROXY": "q"], "http://p:3128"),
    Case("wss://rooms.example.org", ["HTTPS_PROXY": "https://u:secret@p"], "https://p:443"),
    Case("https://rooms.example.org", ["HTTPS_PROXY": "http://[2001:db8::1]:8080"], "http://[2001:db8::1]:8080"),
    Case("https://rooms.example.org", ["HTTPS_PROXY": ""], nil),
    Case("https://rooms.example.org", ["http_proxy": "p:3128"], nil),
    Case("http://rooms.example.org", ["HTTPS_PROXY": "p:3128", "HTTP_PROXY": "p:3128"], nil),
    Case("http://rooms.example.org", ["http_proxy": "p"], "http://p:1080"),
    Case("https://localhost:8443", ["HTTPS_PROXY": "p:3128"], nil),
    Case("https://127.0.0.1", ["HTTPS_PROXY": "p:3128"], nil),
    Case("https://[::1]:1", ["HTTPS_PROXY": "p:3128"], nil),
    Case("https://rooms.example.org", ["HTTPS_PROXY": "p:1", "NO_PROXY": "*"], nil),
    Case("https://rooms.example.org", ["HTTPS_PROXY": "p:1", "NO_PROXY": "a.org, Example.org"], nil),
    Case("https://rooms.example.org", ["HTTPS_PROXY": "p:1", "no_proxy": ".example.org"], nil),
    Case("https://rooms.example.org", ["HTTPS_PROXY": "p:1", "no_proxy": "*.example.org"], nil),
    Case("https://rooms.example.org", ["HTTPS_PROXY": "p:1", "NO_PROXY": "rooms.example.org:443"], nil),
    Case("https://rooms.example.org", ["HTTPS_PROXY": "p:1", "NO_PROXY": "rooms.example.org:8443"], "http://p:1"),
    Case("https://rooms.example.org", ["HTTPS_PROXY": "p:1", "NO_PROXY": "ample.org,.org.example"], "http://p:1"),
    Case("https://10.1.2.3", ["HTTPS_PROXY": "p:1", "NO_PROXY": "10.0.0.0/8"], nil),
    Case("https://10.1.2.3", ["HTTPS_PROXY": "p:1", "NO_PROXY": "10.1.2.3:443"], nil),
    Case("https://11.1.2.3", ["HTTPS_PROXY": "p:1", "NO_PROXY": "10.0.0.0/8,3"], "http://p:1"),
    Case("https://[2001:db8::1]", ["HTTPS_PROXY": "p:1", "NO_PROXY": "2001:db8::/32"], nil),
    Case("https://[2001:db8::1]", ["HTTPS_PROXY": "p:1", "NO_PROXY": "[2001:db8::1]"], nil),
  ]

  @Test(arguments: cases)
  private func `the environment variables select the proxy for a server`(given: Case) throws {
    let server = try ServerAddress(SocketIOClientConfiguration(url: given.url))
    #expect(try Proxy.on(.environment, to: server, given.environment)?.url == given.expected)
  }
}
