import Testing

@testable import WebRTC

struct RTCIceServerTests {
  @Test(arguments: [
    ("stun:stun.example.org", "stun", "stun.example.org", 3478, "udp"),
    ("STUN:192.0.2.1:19302", "stun", "192.0.2.1", 19302, "udp"),
    ("turn:turn.example.org", "turn", "turn.example.org", 3478, "udp"),
    ("turn:turn.example.org:80?transport=tcp", "turn", "turn.example.org", 80, "tcp"),
    ("turn:[2001:db8::1]:5000?transport=UDP", "turn", "2001:db8::1", 5000, "udp"),
    ("turn:[2001:db8::1]", "turn", "2001:db8::1", 3478, "udp"),
    ("turns:turn.example.org", "turns", "turn.example.org", 5349, "tcp"),
  ])
  func `URLs of RFC 7064 and RFC 7065 are parsed`(
    text: String, scheme: String, host: String, port: Int, transport: String
  ) throws {
    let url = try RTCIceServerURL(text)
    #expect(url.scheme.rawValue == scheme && url.host == host && Int(url.port) == port)
    #expect(url.transport.rawValue == transport && url.text == text)
  }

  @Test(arguments: [
    "", "stun", "stun:", "http:example.org", "stun:example.org?transport=udp", "turn:example.org?transport=sctp",
    "turn:example.org?x=1", "turn:example.org:0", "turn:example.org:65536", "turn:example.org:-1",
    "turn:example.org:+1",
    "turn:exa mple.org", "turn://example.org", "turn:user@example.org", "turn:[2001:db8::1", "turn:[example.org]",
    "turn:[::1]3478", "turn:2001:db8::1", "turn:example.org:80:80", "turn:\u{202e}gro.elpmaxe",
  ])
  func `an invalid ICE server URL is a SyntaxError`(text: String) {
    let server = RTCIceServer(urls: [text], username: "u", credential: "c")
    #expect {
      try server.parsedURLs()
    } throws: { error in
      (error as? RTCIceServerError)?.name == "SyntaxError"
    }
  }

  @Test func `TURN without a user name or a credential is an InvalidAccessError, STUN is not`() throws {
    for server in [
      RTCIceServer(urls: ["turn:example.org"]), RTCIceServer(urls: ["turn:example.org"], username: "u"),
      RTCIceServer(urls: ["turns:example.org"], credential: "c"),
    ] {
      #expect {
        try server.parsedURLs()
      } throws: { error in
        (error as? RTCIceServerError)?.name == "InvalidAccessError"
      }
    }
    #expect(try RTCIceServer(urls: ["stun:example.org"]).parsedURLs().count == 1)
    #expect(throws: RTCIceServerError.self) { try RTCIceServer(urls: []).parsedURLs() }
  }
}
