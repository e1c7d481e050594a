import Harness
import RoomProtocol
import Rooms
import Testing

/// Pages behind proxies that block WebSockets or refuse requests.
@Suite(.serialized, .enabled(if: Chromium.isInstalled && UpgradelessProxy.isInstalled), .timeLimit(.minutes(2)))
struct PollingPageTests {
  /// Counts the WebSockets that a page makes.
  private static let counted = """
    globalThis.made = 0;
    globalThis.WebSocket = class extends WebSocket { constructor(...all) { super(...all); made += 1; } };
    """

  private static let isPlaying = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames > 3"

  @Test func `behind a proxy that strips Upgrade the page polls, watches, chats, and reconnects after interruptions`()
    async throws
  {
    let visited = try await RoomBrowser()
    let proxy = try await UpgradelessProxy(to: visited.port, .strip)
    _ = try await Publisher("Paula", in: "stripped", of: visited, session: "paula")
    let ann = try await Visitor(
      to: proxy.link("stripped"), in: visited.browser, script: Self.counted, until: "Watching Paula")
    try await ann.page.until(Self.isPlaying)
    let ben = try await Visitor(to: visited.link("stripped"), in: visited.browser, until: "Watching Paula")
    try await ann.say("hello")
    try await ben.untilSaid("hello")
    try await ben.say("hello, too")
    try await ann.untilSaid("hello, too")

    for round in 1...3 {
      try await proxy.cut()
      try await ann.until("Connection to the room lost")
      try await ann.until("Watching Paula")
      try await ann.untilPeople(3)
      try await ann.say("back \(round)")
      try await ben.untilSaid("back \(round)")
    }
    try await ann.page.evaluate(
      """
      new Promise((resolve) => {
        const video = document.querySelector('video');
        let frames = 0;
        const count = () => ++frames < 3 ? video.requestVideoFrameCallback(count) : resolve();
        video.requestVideoFrameCallback(count);
      })
      """)
    // A WebSocket is tried only once, at the beginning.
    #expect(try await ann.page.evaluate("made") == 1)
    try await ann.page.until("document.querySelectorAll('figure').length === 1")
    try await ann.page.keep("polling")
    try await ann.page.close()
    try await ben.untilPeople(2)
    try await visited.close()
  }

  @Test func `messages by polling arrive whole and in order, both ways`() async throws {
    let visited = try await RoomBrowser()
    let proxy = try await UpgradelessProxy(to: visited.port, .strip)
    let page = try await visited.browser.newPage()
    try await page.navigate(to: "http://127.0.0.1:\(proxy.port)/assets/text.js")
    let other = try await visited.scriptPage()
    let join = """
      (async () => {
        const { Socket } = await import("/assets/socket.js");
        globalThis.socket = new Socket(new URL("/socket.io/", location));
        globalThis.received = [];
        socket.on("message", (_, { number, rest }) => received.push([number, rest.length]));
        const joined = new Promise((resolve) => socket.on("members", resolve));
        socket.addEventListener("connect", () => socket.emit("join", "order", { role: "viewer" }));
        socket.connect();
        await joined;
      })()
      """
    try await page.evaluate(join)
    try await other.evaluate(join)
    // Short and long messages that fill several requests.
    let speak = """
      for (let number = 0; number < 400; number++) {
        socket.emit("message", "order", { number, rest: "ä".repeat(number % 7 ? 10 : 3000) });
      }
      """
    try await page.evaluate(speak)
    try await other.evaluate(speak)
    let expected = "Array.from({ length: 400 }, (_, number) => [number, number % 7 ? 10 : 3000])"
    for listener in [page, other] {
      try await listener.until("received.length >= 400")
      #expect(try await listener.evaluate("JSON.stringify(received) === JSON.stringify(\(expected))") == true)
    }
    try await visited.close()
  }

  @Test func `the page polls after some seconds without an answer to its WebSocket`() async throws {
    let visited = try await RoomBrowser()
    let proxy = try await UpgradelessProxy(to: visited.port, .swallow)
    let ann = try await Visitor(to: proxy.link("mute"), in: visited.browser, script: Self.counted)
    #expect(try await ann.page.evaluate("made") == 1)
    try await proxy.cut()
    try await ann.until("Connection to the room lost")
    try await ann.until("Waiting for somebody to share")
    #expect(try await ann.page.evaluate("made") == 1)
    try await visited.close()
  }

  @Test func `Firefox behind a proxy that strips Upgrade shows the screen`() async throws {
    guard FirefoxPage.isInstalled else { return }
    let visited = try await RoomBrowser()
    let proxy = try await UpgradelessProxy(to: visited.port, .strip)
    _ = try await Publisher("Paula", in: "fox", of: visited)
    let fox = try await FirefoxPage()
    try await fox.navigate(to: proxy.link("fox"))
    // Headless Firefox paints no frames, and counts none.
    try await fox.until(
      "(({ videoWidth, currentTime }) => videoWidth === 320 && currentTime > 1)(document.querySelector('video'))")
    try await fox.until("document.querySelector('#state-words').textContent.includes('Watching')")
    try await proxy.cut()
    try await fox.until("document.querySelector('#state-words').textContent.includes('Connection to the room lost')")
    try await fox.until("document.querySelector('#state-words').textContent.includes('Watching')")
    fox.close()
    try await visited.close()
  }

  @Test func `the page shows the reason of a server that is full or forbids it`() async throws {
    let visited = try await RoomBrowser()
    let proxy = try await UpgradelessProxy(to: visited.port, .strip)
    func words(_ visitor: Visitor) async throws -> String {
      try await visitor.page.evaluate("document.querySelector('.words').innerText").string ?? ""
    }
    try await proxy.refuse(503, "There are too many connections; try again later.")
    let ann = try await Visitor(to: proxy.link("full"), in: visited.browser, until: "The room does not answer. Trying")
    #expect(try await words(ann).contains("There are too many connections; try again later."))
    try await ann.page.keep("refused-503")
    try await proxy.refuse(502, "<html>Bad gateway</html>", type: "text/html")
    try await ann.page.until("document.querySelector('.words').innerText.includes('HTTP 502')")
    #expect(try await !words(ann).contains("html"))
    try await proxy.pass()
    try await ann.until("Waiting for somebody to share")

    try await proxy.refuse(403, "Pages of http://example.org may not come in; see --allow-origin.")
    let ben = try await Visitor(to: proxy.link("full"), in: visited.browser, until: "The server refused")
    #expect(try await words(ben).contains("Pages of http://example.org may not come in; see --allow-origin."))
    try await ben.page.keep("refused-403")
    try await proxy.pass()
    try await ben.page.evaluate("document.querySelector('.words button').click()")
    try await ben.until("Waiting for somebody to share")
    try await visited.close()
  }

  @Test func `the page shows the refusal of too many requests, also when the scripts are refused`() async throws {
    var configuration = RoomServerConfiguration()
    configuration.server.limits.requests = Allowance(perSecond: 0.001, burst: 100)
    let visited = try await RoomBrowser(configuration)
    let said = "There are too many requests from there; wait a minute."
    let ann = try await Visitor(
      to: visited.link("busy"), in: visited.browser,
      script: """
        globalThis.sockets = [];
        globalThis.WebSocket = class extends WebSocket { constructor(...all) { super(...all); sockets.push(this); } };
        """)
    let connection = try RawConnection(port: visited.port)
    while try connection.get("/healthz")?.status == 200 {}
    try await ann.page.evaluate("sockets[0].close()")
    try await ann.page.until("document.querySelector('.words').innerText.includes(\(quoted(said)))")
    try await ann.page.keep("too-many")
    try await visited.close()

    // Allows the page and some of its files.
    configuration.server.limits.requests = Allowance(perSecond: 0.001, burst: 6)
    let bare = try await RoomBrowser(configuration)
    let page = try await bare.browser.newPage()
    try await page.navigate(to: bare.link("busy"))
    try await page.until("document.querySelector('#incomplete').checkVisibility({ visibilityProperty: true })")
    try await bare.close()
  }

  @Test func `a page whose scripts the server refuses shows the server's reason`() async throws {
    let visited = try await RoomBrowser()
    let proxy = try await UpgradelessProxy(to: visited.port, .rename)
    let page = try await visited.browser.newPage()
    try await page.navigate(to: proxy.link("renamed"))
    try await page.until("document.querySelector('#incomplete').checkVisibility({ visibilityProperty: true })")
    let answer = try #require(
      try RawConnection(port: visited.port)
        .get(
          "/socket.io/?EIO=4&transport=polling", method: "POST",
          ["Host: 127.0.0.1:\(visited.port)", "Origin: http://127.0.0.1:\(proxy.port)", "Content-Length: 0"]))
    #expect(answer.status == 403)
    let said = (try? JSON(parsing: answer.body))?["message"].string ?? String(answer.body.dropLast())
    try await page.until("document.querySelector('#incomplete').innerText.includes(\(quoted(said)))")
    for (width, height) in [(1280, 800), (390, 844), (320, 568)] {
      try await page.resize(width, height, isMobile: width < 1000)
      try await page.until("innerWidth === \(width)")
      #expect(
        try await page.evaluate("document.querySelector('#incomplete').scrollWidth <= innerWidth") == true, "\(width)")
      try await page.keep("incomplete-\(width)")
    }
    try await visited.close()
  }

  @Test func `a page without its scripts says so, one with them does not`() async throws {
    let visited = try await RoomBrowser()
    let page = try await visited.browser.newPage()
    let isShown = "document.querySelector('#incomplete').checkVisibility({ visibilityProperty: true })"
    try await page.call("Network.enable")
    for styled in [true, false] {
      try await page.call(
        "Network.setBlockedURLs", ["urls": .array((styled ? ["*.js"] : ["*.js", "*.css"]).map { .string($0) })])
      try await page.navigate(to: visited.link("bare"))
      // Without the style sheet, too, the words are visible at once.
      if styled { #expect(try await page.evaluate(isShown) == false) }
      try await page.until(isShown)
      let text = try await page.evaluate("document.querySelector('#incomplete').innerText").string
      #expect(text?.contains("could not be loaded completely") == true)
    }
    try await page.call("Network.setBlockedURLs", ["urls": []])
    try await page.navigate(to: visited.link("bare"))
    try await page.until("document.querySelector('#incomplete') === null")
    try await page.call("Emulation.setScriptExecutionDisabled", ["value": true])
    try await page.call("Page.reload")
    try await page.until("document.querySelector('.noscript')?.checkVisibility()")
    try await visited.close()
  }
}
