import Foundation
import Harness
import RoomProtocol
import Rooms
import Testing

/// Tokens for one room and a limited time.
@Suite(.timeLimit(.minutes(1))) struct GrantKeyTests {
  private static let key = String(repeating: "k", count: 32)
  private static let other = String(repeating: "o", count: 32)
  private static let grant = RoomGrant(room: RoomName("r")!, role: .viewer, expires: 2_000_000_000, name: "Ann")

  @Test func `a token has the documented format, and openssl computes the same HMAC`() async throws {
    let token = GrantKeys.token(for: Self.grant, name: "team", key: Self.key)
    let parts = token.split(separator: ".").map(String.init)
    #expect(parts.count == 4 && parts[0] == "oriel1" && parts[1] == "team")
    // Restores the base64 padding.
    let padding = String(repeating: "=", count: (4 - parts[2].count % 4) % 4)
    let payload = try #require(Data(base64Encoded: parts[2] + padding))
    #expect(String(decoding: payload, as: UTF8.self) == #"{"room":"r","role":"viewer","exp":2000000000,"name":"Ann"}"#)
    let script = """
      printf %s "$1" | openssl dgst -sha256 -mac HMAC -macopt "key:$2" -binary | base64 | tr '+/' '-_' | tr -d '=\\n'
      """
    let code = try await Program.run("sh", ["-c", script, "sh", parts[0...2].joined(separator: "."), Self.key])
    #expect(parts[3] == code)
  }

  @Test func `only an unchanged token of a known key is a grant`() throws {
    let keys = GrantKeys(["team": Self.key, "other": Self.other])
    let token = GrantKeys.token(for: Self.grant, name: "team", key: Self.key)
    #expect(keys.grant(in: token)?.grant == Self.grant)
    #expect(keys.grant(in: GrantKeys.token(for: Self.grant, name: "none", key: Self.key)) == nil)
    let parts = token.split(separator: ".").map(String.init)
    let publisher = RoomGrant(room: RoomName("r")!, role: .publisher, expires: 2_000_000_000)
    let another = GrantKeys.token(for: publisher, name: "team", key: Self.key)
    for wrong in [
      "", ".", "...", "oriel1.team..", token + "=", token + ".x", String(token.dropLast()), "x" + token,
      token.replacing("team", with: "other"), token.replacing("oriel1", with: "oriel2"),
      [parts[0], parts[1], another.split(separator: ".").map(String.init)[2], parts[3]].joined(separator: "."),
    ] { #expect(keys.grant(in: wrong) == nil, "\(wrong)") }
    keys.replace(by: ["team": Self.other])
    #expect(keys.grant(in: token) == nil)
  }

  @Test func `a grant admits a member until it expires or its key is replaced`() async throws {
    let keys = GrantKeys(["team": Self.key, "other": Self.other])
    func token(_ name: String, _ key: String, for seconds: Int) -> String {
      let expires = Int(Date().timeIntervalSince1970) + seconds
      let grant = RoomGrant(room: RoomName("r")!, role: .viewer, expires: expires)
      return GrantKeys.token(for: grant, name: name, key: key)
    }
    try await ServedRooms.run(.with { $0.grantKeys = keys }) { rooms in
      let valid = try rooms.member("r", #"{"role":"viewer","token":"\#(token("other", Self.other, for: 1000))"}"#)
      let expiring = try rooms.member("r", #"{"role":"viewer","token":"\#(token("other", Self.other, for: 2))"}"#)
      let revoked = try rooms.member("r", #"{"role":"viewer","token":"\#(token("team", Self.key, for: 1000))"}"#)
      try expiring.expect { $0.hasPrefix(#"42["removed","r""#) }
      // Another key under the same name revokes the grant, too.
      keys.replace(by: ["team": Self.other, "other": Self.other])
      try revoked.expect { $0.hasPrefix(#"42["removed","r""#) }
      #expect(try valid.call(#"["chat","r","x"]"#) == #"[{"ok":true}]"#)
      let none = try WebSocketPeer.connected(port: rooms.port)
      #expect(try none.call(#"["join","r",{"role":"viewer"}]"#).contains(#""reason":"token""#))
    }
  }

  @Test(arguments: [RoomRemoval.expired, .revoked])
  func `a client whose grant expires or is revoked gets that reason`(_ reason: RoomRemoval) async throws {
    let keys = GrantKeys(["team": Self.key])
    let expires = Int(Date().timeIntervalSince1970) + (reason == .expired ? 2 : 1000)
    let grant = RoomGrant(room: RoomName("r")!, role: .publisher, expires: expires)
    try await ServedRooms.run(.with { $0.grantKeys = keys }) { rooms in
      let client = RoomClient(
        SocketIOClientConfiguration(url: "http://127.0.0.1:\(rooms.port)"), room: "r",
        RoomJoin(role: .publisher, token: GrantKeys.token(for: grant, name: "team", key: Self.key)))
      try await client.connect()
      if reason == .revoked { keys.replace(by: [:]) }
      var end: RoomClientError?
      for await event in client.events { if case .ended(let error) = event { end = error } }
      #expect(end == .removed(room: "r", reason))
      #expect(end?.description.hasSuffix("; ask for another one") == true)
    }
  }

}
