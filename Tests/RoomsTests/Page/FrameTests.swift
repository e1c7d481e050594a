import Harness
import Rooms
import Testing

/// The page in a frame of another site.
@Suite(.serialized, .enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct FrameTests {
  private static func members(_ port: Int) throws -> Int? {
    let lines = try RawConnection(port: port).get("/metrics")?.body.split(separator: "\n")
    return lines?.first { $0.hasPrefix("oriel_members ") }.flatMap { Int($0.split(separator: " ")[1]) }
  }

  @Test func `only a page of an allowed site can show the room in a frame`() async throws {
    let visited = try await RoomBrowser()
    let site = "http://127.0.0.1:\(visited.port)"
    for framing in [[site], ["http://127.0.0.1:9"], []] {
      try await ServedRooms.run(.with { $0.server.framingOrigins = framing }) { rooms in
        let page = try await visited.browser.newPage()
        try await page.navigate(to: "\(site)/healthz")
        try await page.evaluate(
          """
          new Promise((done) => {
            const frame = document.createElement('iframe');
            frame.onload = done;
            frame.src = 'http://127.0.0.1:\(rooms.port)/room/bay';
            document.body.append(frame);
          })
          """)
        if framing == [site] {
          try await eventually("a member in the frame") { try Self.members(rooms.port) == 1 }
        } else {
          // A later visitor is alone in the room: the framed page has not joined.
          let ann = try await Visitor(to: "http://127.0.0.1:\(rooms.port)/room/bay", in: visited.browser)
          try await ann.untilPeople(1)
          #expect(try Self.members(rooms.port) == 1)
          try await ann.page.close()
        }
        try await page.close()
      }
    }
    try await visited.close()
  }
}
