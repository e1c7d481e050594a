import Harness
import RoomProtocol
import Rooms
import Testing

/// What the page says of those who share a screen.
@Suite(.serialized, .enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct PresenterTests {
  @Test func `two presenters of one name are told apart`() async throws {
    var configuration = RoomServerConfiguration()
    configuration.rooms.publisherToken = Secret("both")
    let visited = try await RoomBrowser(configuration)
    let first = try await Publisher("Paula", in: "same", of: visited, token: "both")
    let ann = try await Visitor(to: visited.link("same"), in: visited.browser, until: "Watching Paula")
    let second = try await Publisher("Paula", in: "same", of: visited, token: "both")
    try await ann.until("Watching Paula and Paula (2)")
    #expect(try await ann.people.prefix(2) == ["Paula", "Paula (2)"])
    let names = "[...document.querySelectorAll('.who')].map((element) => element.textContent)"
    #expect(try await ann.page.evaluate(names) == ["Paula", "Paula (2)"])
    // The code under each screen is its own.
    let codes = "[...document.querySelectorAll('.origin')].map((element) => element.textContent)"
    let expected = """
      import("/assets/vouching.js").then(({ codeOf }) =>
        [\(quoted(try await first.fingerprint)), \(quoted(try await second.fingerprint))].map((fingerprint) => `Code ${codeOf(fingerprint)}`))
      """
    #expect(try await ann.page.evaluate(codes) == ann.page.evaluate(expected))

    // Who comes now meets them in the same order; who stays keeps the name.
    let late = try await Visitor(to: visited.link("same"), in: visited.browser, until: "Watching Paula and Paula (2)")
    try await first.page.close()
    try await ann.until("Watching Paula (2)")
    #expect(ann.page.problems == [] && late.page.problems == [])
    try await visited.close()
  }

  @Test func `a page that waits says what the presenter's computer found`() async throws {
    let visited = try await RoomBrowser()
    // It is never connected to: the way to it is cut.
    let paula = try await Publisher("Paula", in: "cut", of: visited)
    let ann = try await Visitor(
      to: visited.link("cut"), in: visited.browser,
      script: "RTCPeerConnection.prototype.addIceCandidate = async () => {}; "
        + "RTCPeerConnection.prototype.createAnswer = () => new Promise(() => {})", until: "Connecting to Paula")
    try await paula.page.evaluate(
      """
      publisher.socket.emit("message", "cut", { type: "notice", code: "unreachable", to: [...publisher.connections.keys()][0],
        text: "No relay: the TURN server refused its credentials.\\u202E <b>" })
      """)
    try await ann.page.until(
      """
      document.querySelector('.words p').textContent.replace(/[\\u2068\\u2069]/g, '')
        .includes('Their computer says: No relay: the TURN server refused its credentials.\\uFFFD <b>')
      """)
    #expect(ann.page.problems == [])
    try await visited.close()
  }
}
