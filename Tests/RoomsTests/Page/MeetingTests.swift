import Glibc
import Harness
import RoomProtocol
import Rooms
import Testing

/// Pages of several people in one room.
@Suite(.serialized, .enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct MeetingTests {
  @Test func `two pages in a room see each other, exchange messages, and see when one leaves`() async throws {
    let visited = try await RoomBrowser()
    let ann = try await Visitor(to: visited.link("meeting"), in: visited.browser)
    let ben = try await Visitor(to: visited.link("meeting"), in: visited.browser)
    try await ann.untilPeople(2)
    let (annName, benName) = (try await ann.name, try await ben.name)
    try await ben.untilPeople(2)
    #expect(try await ann.people == [annName, benName])
    #expect(try await ben.people == [benName, annName])
    try await ann.page.until("document.querySelectorAll('main video').length === 1")

    try await ann.say("Hello, who is there?")
    try await ben.untilSaid("Hello, who is there?")
    try await ben.say("It is me.")
    try await ann.untilSaid("It is me.")
    #expect(try await ann.messages == ["\(annName) (you): Hello, who is there?", "\(benName): It is me."])
    #expect(try await ben.messages == ["\(annName): Hello, who is there?", "\(benName) (you): It is me."])
    try await ann.page.until("document.querySelector('#say-text').value === ''")

    try await ben.page.close()
    try await ann.untilPeople(1)
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `a later page sees earlier messages with their links, and a cleared chat is gone from all pages`()
    async throws
  {
    let visited = try await RoomBrowser()
    let publisher = try await Publisher("Paula", in: "late", of: visited)
    let ann = try await Visitor(to: visited.link("late"), in: visited.browser, until: "Watching Paula")
    let name = try await ann.name
    try await ann.say("See https://example.org/notes, it is all there.")
    try await ann.page.until("document.querySelectorAll('#log [data-state=pending]').length === 0")
    try await publisher.ask("chat", "'late', 'https://example.org/' + 'long'.repeat(200)")
    try await publisher.ask("chat", "'late', 'Thank you'")
    try await ann.untilSaid("Thank you")
    let ben = try await Visitor(to: visited.link("late"), in: visited.browser, until: "Watching Paula")
    try await ben.untilSaid("Thank you")
    #expect(
      try await ben.messages == [
        "\(name): See https://example.org/notes, it is all there.",
        "Paula: https://example.org/\(String(repeating: "long", count: 200))", "Paula: Thank you",
      ])
    let links = "[document.querySelector('#log a')].map(({ href, target, rel }) => [href, target, rel].join(' '))"
    for visitor in [ann, ben] {
      #expect(try await visitor.page.evaluate(links) == ["https://example.org/notes _blank noopener noreferrer"])
    }
    // History does not count as unread, and a page that was there does not show it twice.
    #expect(try await ben.page.evaluate("document.title") == "late · Oriel")
    try await ann.page.evaluate("dispatchEvent(new Event('online'))")
    #expect(try await ann.messages.count == 3)
    for (width, height) in [(1280, 800), (390, 844), (320, 568)] {
      try await ben.page.resize(width, height, isMobile: width < 1000)
      try await ben.page.until("innerWidth === \(width)")
      #expect(
        try await ben.page.evaluate(
          "(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(document.querySelector('#log'))")
          == true, "\(width)")
      try await ben.page.keep("history-\(width)")
    }

    #expect(try await publisher.ask("clear", "'late'")["ok"] == true)
    for visitor in [ann, ben] {
      try await visitor.page.until("document.querySelector('#log').innerText.includes('cleared the chat')")
      #expect(try await visitor.messages == [])
    }
    let cleo = try await Visitor(to: visited.link("late"), in: visited.browser, until: "Watching Paula")
    #expect(try await cleo.messages == [])
    #expect(ann.page.problems == [] && ben.page.problems == [])
    try await visited.close()
  }

  @Test func `messages sent while the connection was lost are shown afterwards, once`() async throws {
    let visited = try await RoomBrowser()
    let script = """
      globalThis.sockets = [];
      globalThis.WebSocket = class extends WebSocket { constructor(...all) { super(...all); sockets.push(this); } };
      """
    let ann = try await Visitor(to: visited.link("gap"), in: visited.browser, script: script)
    let ben = try await Visitor(to: visited.link("gap"), in: visited.browser)
    try await ann.say("first")
    try await ben.untilSaid("first")
    try await ann.page.until("document.querySelectorAll('#log [data-state=pending]').length === 0")
    // Later messages do not reach it.
    try await ann.page.evaluate("sockets[0].onmessage = null")
    try await ben.say("second")
    try await ben.page.until("document.querySelectorAll('#log [data-state=pending]').length === 0")
    try await ann.page.evaluate("sockets[0].close()")
    try await ann.untilSaid("second")
    let (annName, benName) = (try await ann.name, try await ben.name)
    #expect(try await ann.messages == ["\(annName) (you): first", "\(benName): second"])
    try await visited.close()
  }

  @Test func `a random room name is not used as the title`() async throws {
    let visited = try await RoomBrowser()
    let room = "mx2jd5a7qlwkzc3u6hbtnryvfo"
    let ann = try await Visitor(to: visited.link(room), in: visited.browser)
    let heading = "document.querySelector('#room-name').textContent.replace(/[\\u2066-\\u2069]/g, '')"
    #expect(try await ann.page.evaluate("[document.title, \(heading)]") == ["Screen share · Oriel", "Screen share"])
    let publisher = try await Publisher("Paula", in: room, of: visited)
    try await ann.until("Watching Paula")
    #expect(
      try await ann.page.evaluate("[document.title, \(heading)]") == ["Screen of Paula · Oriel", "Screen of Paula"])
    for (width, height) in [(1280, 800), (390, 844), (320, 568)] {
      try await ann.page.resize(width, height, isMobile: width < 1000)
      try await ann.page.until("innerWidth === \(width)")
      try await ann.page.keep("random-room-\(width)")
    }
    try await publisher.page.close()
    try await ann.page.until("document.title === 'Screen share · Oriel'")
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `messages do not reach pages of other rooms`() async throws {
    let visited = try await RoomBrowser()
    let ann = try await Visitor(to: visited.link("one"), in: visited.browser)
    let ben = try await Visitor(to: visited.link("two"), in: visited.browser)
    let cleo = try await Visitor(to: visited.link("two"), in: visited.browser)
    try await ben.untilPeople(2)
    try await ben.say("between us")
    try await cleo.untilSaid("between us")
    try await ann.untilPeople(1)
    #expect(try await ann.messages == [])
    try await visited.close()
  }

  @Test func `markup in messages and names stays text`() async throws {
    let visited = try await RoomBrowser()
    let ann = try await Visitor(to: visited.link("hostile"), in: visited.browser)
    let markup = #"<img src=x onerror="alert(1)"><script>alert(2)</script><a href="javascript:alert(3)">x</a>"#
    let turning = "\u{202E}gnp.exe\u{202C} \u{2067}and\u{2069} \u{7}\u{0}"
    let script = try await visited.scriptPage()
    try await script.evaluate(
      """
      (async () => {
        const { Socket } = await import("/assets/socket.js");
        const socket = new Socket(new URL("/socket.io/", location));
        globalThis.joined = new Promise((resolve) => socket.on("members", resolve));
        socket.addEventListener("connect", () => socket.emit("join", "hostile", { role: "viewer", name: \(quoted(markup)) }));
        socket.connect();
        await joined;
        for (const text of [\(quoted(markup)), \(quoted(turning)), "x".repeat(900)]) {
          await socket.request("chat", "hostile", text);
        }
      })()
      """)
    try await ann.untilSaid(String(repeating: "x", count: 900))
    let said = try await ann.page.evaluate("[...document.querySelectorAll('#log .text')].map(e => e.textContent)")
    #expect(said[0].string == markup)
    #expect(said[1].string == "\u{FFFD}gnp.exe\u{FFFD} \u{FFFD}and\u{FFFD} \u{FFFD}\u{FFFD}")
    let injected = "document.querySelectorAll('#log :is(img, script, a), #people-list :is(img, script, a)').length"
    #expect(try await ann.page.evaluate(injected) == 0)
    // A long word or name does not widen the chat.
    #expect(
      try await ann.page.evaluate(
        "document.querySelector('#log').scrollWidth <= document.querySelector('#log').clientWidth") == true)
    #expect(ann.page.problems == [])

    // The policy is in force: a violation is reported.
    try await ann.page.evaluate(
      "document.body.append(Object.assign(document.createElement('style'), { textContent: 'p { color: red }' }))")
    try await ann.page.until("true")
    #expect(ann.page.problems.contains { $0.contains("Content Security Policy") })
    try await visited.close()
  }

  @Test func `a crashed tab leaves at once, a frozen browser within the ping time-out, and it comes back`()
    async throws
  {
    var configuration = RoomServerConfiguration()
    configuration.server.pingInterval = .seconds(1)
    configuration.server.pingTimeout = .seconds(4)
    let visited = try await RoomBrowser(configuration)
    let ann = try await Visitor(to: visited.link("lost"), in: visited.browser)
    let ben = try await Visitor(to: visited.link("lost"), in: visited.browser)
    try await ann.untilPeople(2)
    // A crashed tab sends no response to this.
    _ = try? await ben.page.call("Page.crash", within: .milliseconds(200))
    try await ann.untilPeople(1)

    let frozen = try await Chromium(arguments: RoomBrowser.arguments)
    let cleo = try await Visitor(to: visited.link("lost"), in: frozen)
    try await ann.untilPeople(2)
    kill(-frozen.pid, SIGSTOP)
    try await ann.untilPeople(1)
    // Joins while the page is frozen: the page sees it only after it is back.
    _ = try await Visitor(to: visited.link("lost"), in: visited.browser)
    kill(-frozen.pid, SIGCONT)
    try await ann.untilPeople(3)
    try await cleo.untilPeople(3)
    try await cleo.until("Waiting")
    try await cleo.say("back again")
    try await ann.untilSaid("back again")
    #expect(ann.page.problems == [])
    try await frozen.close()
    try await visited.close()
  }

  @Test func `pages join again by themselves after a restart of the server`() async throws {
    let visited = try await RoomBrowser()
    let ann = try await Visitor(to: visited.link("restart"), in: visited.browser)
    let ben = try await Visitor(to: visited.link("restart"), in: visited.browser)
    try await ann.untilPeople(2)
    let name = try await ben.name
    await visited.server.shutdown()
    try await ann.until("Connection to the room lost. Trying again")
    try await ben.until("Connection to the room lost. Trying again")
    try await ann.page.until("document.querySelector('#say button').disabled")

    var configuration = RoomServerConfiguration()
    configuration.server.port = visited.port
    let server = RoomServer(configuration)
    try await server.start()
    try await ann.until("Waiting")
    try await ben.until("Waiting")
    try await ann.untilPeople(2)
    try await ben.untilPeople(2)
    #expect(try await ben.name == name)
    try await ben.say("still me")
    try await ann.untilSaid("still me")
    try await visited.browser.close()
    await server.shutdown()
  }

  @Test func `a changed name is shown to everyone, and kept after a reload`() async throws {
    let visited = try await RoomBrowser()
    let ann = try await Visitor(to: visited.link("names"), in: visited.browser)
    let ben = try await Visitor(to: visited.link("names"), in: visited.browser)
    try await ann.page.bringToFront()
    try await ann.page.evaluate("document.querySelector('.change').click()")
    try await ann.page.until("document.querySelector('#name-dialog').open")
    try await ann.page.until("document.activeElement.id === 'name-text'")
    try await ann.page.call("Input.insertText", ["text": "Ann Østergård"])
    try await ann.page.press("Enter", text: "\r", code: 13)
    try await ann.page.until("!document.querySelector('#name-dialog').open")
    try await ann.page.until("document.querySelector('#people-list').textContent.includes('Ann Østergård')")
    try await ben.page.until("document.querySelector('#people-list').textContent.includes('Ann Østergård')")
    try await ann.say("new name")
    try await ben.untilSaid("new name")
    #expect(try await ben.messages == ["Ann Østergård: new name"])
    try await ann.page.call("Page.reload")
    try await ann.until("Waiting")
    try await ann.page.until("document.querySelector('#people-list').textContent.includes('Ann Østergård')")
    #expect(ann.page.problems == [])
    try await visited.close()
  }
}
