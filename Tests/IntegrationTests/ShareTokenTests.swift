import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// Whom the room server of `oriel share` admits.
  @Suite(.enabled(if: PythonPeer.hasEnvironment("socketio-5")), .timeLimit(.minutes(2))) struct ShareTokenTests {
    /// The server's answer to a client that joins.
    private func answer(_ share: RunningShare, token: String = "", role: String = "", room: String = "room")
      async throws
      -> String
    {
      let server = try #require(share.url.components(separatedBy: "/room/").first)
      return try await PythonPeer.run("join", [server, token, role, "", room], in: "socketio-5")
    }

    @Test func `viewers need the token, and the printed link contains it`() async throws {
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let share = try await RunningShare(
        desktop, ["--listen", "127.0.0.1:0", "--room", "room", "--token", "öpen sesame&"],
        environment: ["ORIEL_PUBLISHER_TOKEN": "others"])
      #expect(share.url.contains("/room/room#token=%C3%B6pen%20sesame%26&fp="))
      #expect(try await answer(share, role: "viewer").contains("'reason': 'token'"))
      #expect(try await answer(share, token: "öpen sesame&", role: "viewer").hasPrefix("joined"))
      #expect(try await answer(share, token: "öpen sesame&", role: "publisher").contains("'reason': 'token'"))
      // With --publisher-token others can share as well.
      #expect(try await answer(share, token: "others", role: "publisher").hasPrefix("joined"))
      try await share.stop()
    }

    @Test func `without tokens everyone can watch, nobody else can share, and other rooms are closed`()
      async throws
    {
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let share = try await RunningShare(desktop, ["--listen", "127.0.0.1:0", "--room", "room"])
      #expect(share.url.contains("/room/room#fp="))
      #expect(try await answer(share, role: "viewer").hasPrefix("joined"))
      #expect(try await answer(share, role: "publisher").contains("'reason': 'token'"))
      #expect(try await answer(share, role: "viewer", room: "other").contains("'reason': 'closed'"))
      try await share.stop()
    }

    @Test func `a link to another server contains the token for viewers`() async throws {
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let server = try Program(
        Executables.product("oriel"),
        ["serve", "--listen", "127.0.0.1:0", "--token", "viewers", "--publisher-token", "publishers", "--json"])
      let line = try await server.line(within: .seconds(15)) { Events.name(ofLine: $0) == "ready" }
      let url = try #require(try JSON(parsing: line)["url"].string)
      let share = try await RunningShare(
        desktop, ["--server", url, "--room", "room", "--token", "publishers", "--viewer-token", "viewers"])
      #expect(share.url.hasPrefix(url + "room/room#token=viewers&fp="))
      try await share.stop()
      try await server.stop()
    }

    @Test(arguments: [
      (["--server", "http://bay", "--publisher-token", "x"], "--publisher-token and --server contradict each other"),
      (["--viewer-token", "x"], "--viewer-token needs --server"),
    ])
    func `--publisher-token with --server is an error, and so is --viewer-token without it`(
      options: [String], words: String
    ) async throws {
      let command = try await Command.run(["share"] + options)
      #expect(command.status == 64 && command.errors.contains(words), "\(command.errors)")
    }
  }
}
