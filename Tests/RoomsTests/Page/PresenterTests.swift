import Harness
import RoomProtocol
import Rooms
import Testing

/// What the page shows about presenters.
@Suite(.serialized, .enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct PresenterTests {
  @Test func `the second of two presenters with one name gets a number`() async throws {
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

    // A later viewer sees the same order; the presenter who stays keeps the number.
    let late = try await Visitor(to: visited.link("same"), in: visited.browser, until: "Watching Paula and Paula (2)")
    try await first.page.close()
    try await ann.until("Watching Paula (2)")
    #expect(ann.page.problems == [] && late.page.problems == [])
    try await visited.close()
  }

  @Test func `a page without a picture shows why the presenter's computer cannot connect`() async throws {
    let visited = try await RoomBrowser()
    // The viewer's page never connects: it neither answers nor adds candidates.
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

  @Test func `a page without a picture shows its own sentence for a notice's code, until the picture arrives`()
    async throws
  {
    let visited = try await RoomBrowser()
    let paula = try await Publisher("Paula", in: "early", of: visited)
    let link = visited.link("early", fingerprints: [try await paula.fingerprint])
    // Her offers are delayed.
    try await paula.page.evaluate(
      """
      publisher.held = [], publisher.emit = publisher.socket.emit.bind(publisher.socket),
      publisher.socket.emit = (name, room, data) => data?.type ? publisher.held.push([name, room, data]) : true
      """)
    let ann = try await Visitor(to: link, in: visited.browser, until: "Connecting to Paula")
    func say(_ code: String, _ text: String = "Look at http://evil.example") async throws {
      try await paula.ask("message", "'early', { type: 'notice', code: '\(code)', text: \(quoted(text)) }")
    }
    func words(_ part: String) -> String {
      "document.querySelector('.words').innerText.replace(/[\\u2066-\\u2069]/g, '').includes(\(quoted(part)))"
    }
    for (code, part) in [
      ("relay", "The relay (TURN) refuses their computer."),
      ("noAddress", "Their computer has no network address yet."),
      ("encoder", "Their computer cannot encode the picture"),
    ] {
      try await say(code)
      try await ann.page.until(words(part))
      if code == "noAddress" {
        for (width, height) in [(1280, 800), (390, 844), (320, 568)] {
          try await ann.page.resize(width, height, isMobile: width < 1000)
          try await ann.page.until("innerWidth === \(width)")
          try await ann.page.keep("waiting-\(width)")
        }
      }
      try await say(code, "")
      try await ann.page.until("!\(words(part))")
    }
    // The sender's own texts are not shown before her certificate is admitted.
    for code in ["odd", "unreachable"] { try await say(code) }
    try await say("noAddress")
    try await ann.page.until(words("no network address"))
    #expect(try await ann.page.evaluate("document.body.innerText.includes('evil')") == false)

    try await paula.page.evaluate(
      "publisher.socket.emit = publisher.emit, publisher.held.forEach((message) => publisher.emit(...message))")
    try await ann.until("Watching Paula")
    try await ann.page.until("!document.querySelector('main').innerText.includes('address')")
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `notices of a presenter whom the link does not vouch for are not shown`() async throws {
    let visited = try await RoomBrowser()
    let mallory = try await Publisher("Mallory", in: "early", of: visited)
    let link = visited.link("early", fingerprints: [String(repeating: "A", count: 43)])
    let ann = try await Visitor(to: link, in: visited.browser, until: "Not from the person who made the link: Mallory")
    for code in ["unreachable", "noAddress", "odd"] {
      try await mallory.ask("message", "'early', { type: 'notice', code: '\(code)', text: 'Call 555' }")
    }
    try await mallory.ask("chat", "'early', 'said'")
    try await ann.untilSaid("said")
    #expect(
      try await ann.page.evaluate(
        "['555', 'no network address'].some((part) => document.querySelector('main').innerText.includes(part))")
        == false)
    try await visited.close()
  }
}
