import Harness
import RoomProtocol
import Rooms
import Testing

/// Pages that watch a screen shared by a browser.
@Suite(.serialized, .enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct WatchingTests {
  /// Waits for three frames, by default of the page's first video. Brings the page to the front, since a page behind
  /// another is drawn only once a second.
  private func untilPlaying(_ page: ChromiumPage, _ selector: String = "video") async throws {
    try await page.bringToFront()
    try await page.evaluate(
      """
      new Promise((resolve) => {
        const video = document.querySelector('\(selector)');
        let frames = 0;
        const count = () => ++frames < 3 ? video.requestVideoFrameCallback(count) : resolve();
        video.requestVideoFrameCallback(count);
      })
      """)
  }

  @Test func `opening the link plays the screen, muted until a click, and asks for no permission`() async throws {
    // The browsers' own policy: no sound before a click.
    let visited = try await RoomBrowser(options: ["--autoplay-policy=document-user-activation-required"])
    _ = try await Publisher("Paula", in: "show", of: visited, sound: true)
    let spy = """
      globalThis.asked = 0;
      for (const name of ["getUserMedia", "getDisplayMedia"]) navigator.mediaDevices[name] = () => { asked += 1; };
      globalThis.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(...all) { super(...all); globalThis.connection = this; }
      };
      """
    let page = try await visited.browser.newPage()
    try await page.call("Emulation.setFocusEmulationEnabled", ["enabled": true])
    try await page.call("Page.addScriptToEvaluateOnNewDocument", ["source": .string(spy)])
    try await page.navigate(to: visited.link("show"))
    // The harness's own `evaluate` counts as a user gesture; this does not.
    func look(_ expression: String) async throws -> JSON {
      let answer = try await page.call(
        "Runtime.evaluate", ["expression": .string(expression), "awaitPromise": true, "returnByValue": true])
      return answer["result"]["value"]
    }
    let frames = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"
    try await eventually("pictures without sound") {
      try await look("\(frames) > 3 && !document.querySelector('.unmute').hidden") == true
    }
    #expect(try await look("navigator.userActivation.hasBeenActive") == false)
    #expect(
      try await look("(({ muted, paused }) => [muted, paused, asked])(document.querySelector('video'))") == [
        true, false, 0,
      ])
    #expect(try await look("document.querySelector('.unmute').innerText.trim()") == "Sound is off\nClick to hear")
    #expect(
      try await look("document.querySelector('#announcements').textContent.endsWith('press m to hear it')") == true)

    let place = try await look(
      "(({ x, y, width, height }) => [x + width / 2, y + height / 2])(document.querySelector('.unmute').getBoundingClientRect())"
    )
    for type in ["mousePressed", "mouseReleased"] {
      try await page.call(
        "Input.dispatchMouseEvent",
        ["type": .string(type), "x": place[0], "y": place[1], "button": "left", "clickCount": 1])
    }
    try await eventually("the sound turned on") {
      try await look("(({ muted, paused }) => !muted && !paused)(document.querySelector('video'))") == true
    }
    // The buttons change in the same step as the sound.
    #expect(try await look("document.querySelector('.unmute').hidden") == true)
    #expect(try await look("document.querySelector('.sound').ariaPressed") == "true")
    // The sound is not silent.
    let energy = """
      connection.getStats().then((report) => [...report.values()].find(({ type, kind }) =>
        type === "inbound-rtp" && kind === "audio").totalAudioEnergy)
      """
    let before = try await look(energy).number ?? 0
    try await eventually("sound in it") { (try await look(energy).number ?? 0) > before }
    #expect(try await look("connection.localDescription.sdp.match(/stereo=1/g).length") == 1)
    // After the sound was on once, turning it off does not show the hint again.
    try await page.press("m", text: "m")
    try await eventually("the sound turned off") { try await look("document.querySelector('video').muted") == true }
    #expect(try await look("document.querySelector('.unmute').hidden") == true)
    try await page.press("s", text: "s")
    let numbers = "document.querySelector('dl.statistics').innerText"
    try await eventually("the statistics of the sound") {
      try await look("/Sound\\n\\d+ kbit\\/s[^]*Sound plays\\n\\d+ ms/.test(\(numbers))") == true
    }
    #expect(page.problems == [])
    try await visited.close()
  }

  @Test func `a publisher's notice is shown until it is withdrawn`() async throws {
    let visited = try await RoomBrowser()
    let publisher = try await Publisher("Paula", in: "said", of: visited)
    let ann = try await Visitor(to: visited.link("said"), in: visited.browser, until: "Watching Paula")
    func say(_ notice: String) async throws {
      try await publisher.ask("message", "'said', { type: 'notice', \(notice) }")
    }
    try await say("code: 'slow', text: 'Your line\u{202E} is slow.\\u0007'")
    let notice = "document.querySelector('.notice').innerText"
    try await ann.page.until("\(notice) === 'Your line\u{FFFD} is slow.\u{FFFD}'")
    try await say("code: 'paused', text: 'Paused'")
    try await ann.until("Paula paused")
    try await ann.page.until("document.querySelector('.words h2').innerText === 'Paused'")
    try await ann.page.until("document.querySelector('.words').checkVisibility()")
    try await say("code: 'paused'")
    try await ann.until("The connection to Paula is too slow")
    try await ann.page.until("\(notice).startsWith('Your line')")
    for odd in ["code: 7", "text: 'x'", "code: 'slow', text: 7"] { try await say(odd) }
    try await ann.until("Watching Paula")
    try await ann.page.until("document.querySelector('.notice').hidden")
    try await ann.page.until("!(document.querySelector('.words').checkVisibility())")
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `viewers connect only to the publisher, and ignore offers of others`() async throws {
    let visited = try await RoomBrowser()
    let spy = """
      globalThis.made = 0;
      globalThis.RTCPeerConnection = class extends RTCPeerConnection { constructor(...all) { super(...all); made += 1; } };
      """
    let ann = try await Visitor(to: visited.link("star"), in: visited.browser, script: spy)
    let ben = try await Visitor(to: visited.link("star"), in: visited.browser, script: spy)
    // A viewer sends offers, too.
    let stranger = try await visited.scriptPage()
    try await stranger.evaluate(
      """
      (async () => {
        const { Socket } = await import("/assets/socket.js");
        const socket = new Socket(new URL("/socket.io/", location));
        const connection = new RTCPeerConnection();
        connection.addTransceiver("video");
        const { sdp } = await connection.createOffer();
        globalThis.answered = 0;
        socket.on("message", (_, { type }) => answered += type === "answer" ? 1 : 0);
        const members = new Promise((resolve) => socket.on("members", (_, members) => resolve(members)));
        socket.addEventListener("connect", () => socket.emit("join", "star", { role: "viewer", name: "Stranger" }));
        socket.connect();
        for (const { id } of await members) socket.emit("message", "star", { type: "offer", sdp, to: id });
        socket.emit("message", "star", JSON.stringify({ type: "offer", sdp }));
        await socket.request("chat", "star", "offered");
      })()
      """)
    try await ann.untilSaid("offered")
    try await ben.untilSaid("offered")
    _ = try await Publisher("Paula", in: "star", of: visited)
    for visitor in [ann, ben] {
      try await visitor.until("Watching Paula")
      try await visitor.page.until("made === 1")
    }
    try await stranger.until("answered === 0")
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `the statistics show the size, codec, path and rates of the picture`() async throws {
    let visited = try await RoomBrowser()
    _ = try await Publisher("Paula", in: "numbers", of: visited)
    let ann = try await Visitor(to: visited.link("numbers"), in: visited.browser, until: "Watching Paula")
    try await ann.page.press("s", text: "s")
    try await ann.page.until("document.querySelector('dl.statistics').innerText.includes('a second')")
    let text = "[...document.querySelectorAll('dl.statistics div')].map(e => [...e.children].map(c => c.textContent))"
    let rows = try await ann.page.evaluate(text).array ?? []
    let values = Dictionary(uniqueKeysWithValues: rows.map { ($0[0].string ?? "", $0[1].string ?? "") })
    #expect(values["Picture"] == "320×200")
    #expect(values["Codec"] == "VP8")
    #expect(values["Path"] == "direct, UDP")
    #expect(values["Loss"] == "0.0 %")
    #expect(values["Rate"]?.hasSuffix("bit/s") == true)
    #expect(values["Delay, about"]?.hasSuffix(" ms") == true)
    #expect(values["Sound"] == "none")
    try await ann.page.until("document.querySelector('.unmute').hidden")
    try await ann.page.press("s", text: "s")
    try await ann.page.until("document.querySelector('dl.statistics').hidden")
    try await visited.close()
  }

  @Test func `the screen is empty after the publisher left, and shows one who comes back`() async throws {
    let visited = try await RoomBrowser()
    var publisher = try await Publisher("Paula", in: "again", of: visited, session: "paula")
    let ann = try await Visitor(to: visited.link("again"), in: visited.browser, until: "Watching Paula")
    for _ in 0..<2 {
      try await publisher.page.close()
      try await ann.until("Waiting for somebody to share")
      try await ann.page.until("document.querySelectorAll('video').length === 1")
      try await ann.page.until("document.querySelector('video').srcObject === null")
      publisher = try await Publisher("Paula", in: "again", of: visited, session: "paula")
      try await ann.until("Watching Paula")
      try await untilPlaying(ann.page)
    }
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `a viewer whose network came back requests a restart, and the picture goes on`() async throws {
    let visited = try await RoomBrowser()
    let publisher = try await Publisher("Paula", in: "way", of: visited)
    let ann = try await Visitor(to: visited.link("way"), in: visited.browser, until: "Watching Paula")
    // The network is back: an ICE restart of the existing connection.
    let before = try await ann.page.evaluate("document.querySelector('video').srcObject.id")
    try await ann.page.evaluate("dispatchEvent(new Event('online'))")
    try await publisher.page.until(
      "publisher.count.restarts === 1 && [...publisher.connections.values()][0].signalingState === 'stable'")
    try await untilPlaying(ann.page)
    #expect(try await ann.page.evaluate("document.querySelector('video').srcObject.id") == before)

    // The publisher no longer has the connection and makes a new one; the old picture stays until the new one shows.
    try await publisher.page.evaluate(
      "publisher.lost = [...publisher.connections.values()][0], publisher.connections.clear()")
    try await ann.page.evaluate("dispatchEvent(new Event('online'))")
    try await publisher.page.until("publisher.count.restarts === 2")
    try await ann.page.until("document.querySelector('video').srcObject.id !== \(quoted(before.string ?? ""))")
    try await publisher.page.evaluate("publisher.lost.close()")
    try await untilPlaying(ann.page)
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `a page whose WebSocket closes joins again, and its picture goes on`() async throws {
    let visited = try await RoomBrowser()
    let publisher = try await Publisher("Paula", in: "break", of: visited)
    let ann = try await Visitor(
      to: visited.link("break"), in: visited.browser, script: Self.keptSockets, until: "Watching Paula")
    try await ann.page.evaluate("sockets[0].close()")
    try await ann.until("Connection to the room lost")
    try await publisher.page.until("publisher.count.offers === 2")
    try await ann.until("Watching Paula")
    try await untilPlaying(ann.page)
    try await ann.page.until("document.querySelectorAll('figure').length === 1")
    try await ann.untilPeople(2)
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `a WebSocket that died unnoticed is replaced when the network comes back`() async throws {
    let visited = try await RoomBrowser()
    _ = try await Publisher("Paula", in: "dead", of: visited)
    let ann = try await Visitor(
      to: visited.link("dead"), in: visited.browser, script: Self.keptSockets, until: "Watching Paula")
    try await ann.page.evaluate("sockets[0].send = () => {}, sockets[0].onmessage = null")
    try await ann.page.evaluate("dispatchEvent(new Event('online'))")
    try await ann.page.until("sockets.length === 2")
    try await ann.until("Watching Paula")
    try await untilPlaying(ann.page)
    try await ann.untilPeople(2)
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  /// Keeps the page's WebSockets in `sockets`.
  private static let keptSockets = """
    globalThis.sockets = [];
    globalThis.WebSocket = class extends WebSocket { constructor(...all) { super(...all); sockets.push(this); } };
    """

  @Test func `the picture goes on while the room's server restarts, and there is one screen afterwards`() async throws {
    let visited = try await RoomBrowser()
    _ = try await Publisher("Paula", in: "keeps", of: visited)
    let ann = try await Visitor(to: visited.link("keeps"), in: visited.browser, until: "Watching Paula")
    await visited.server.shutdown()
    try await ann.until("Connection to the room lost")
    try await untilPlaying(ann.page)

    var configuration = RoomServerConfiguration()
    configuration.server.port = visited.port
    let server = RoomServer(configuration)
    try await server.start()
    try await ann.until("Watching Paula", within: .seconds(30))
    try await ann.untilPeople(2, within: .seconds(30))
    try await untilPlaying(ann.page)
    try await ann.page.until("document.querySelectorAll('figure').length === 1")
    let late = try await Visitor(
      to: "http://127.0.0.1:\(visited.port)/room/keeps", in: visited.browser, until: "Watching Paula")
    try await untilPlaying(late.page)
    try await visited.browser.close()
    await server.shutdown()
  }

  @Test func `two publishers are shown side by side`() async throws {
    var configuration = RoomServerConfiguration()
    configuration.rooms.publisherToken = Secret("share")
    let visited = try await RoomBrowser(configuration)
    let first = try await Publisher("Paula", in: "pair", of: visited, token: "share")
    let ann = try await Visitor(to: visited.link("pair"), in: visited.browser, until: "Watching Paula")
    _ = try await Publisher("Quinn", in: "pair", of: visited, token: "share", sound: true)
    try await ann.until("Watching Paula and Quinn")
    try await untilPlaying(ann.page, "figure:last-of-type video")
    let places =
      "[...document.querySelectorAll('figure')].map(e => e.getBoundingClientRect()).map(r => [r.left, r.top])"
    let positions = try await ann.page.evaluate(places)
    #expect(positions[0][0] != positions[1][0] && positions[0][1] == positions[1][1])
    // The hint that the sound is off is only at the screen with sound.
    let silent = "[...document.querySelectorAll('.unmute')].map((button) => button.hidden)"
    try await ann.page.until("\(silent).join() === 'true,false'")
    try await ann.page.evaluate("document.querySelectorAll('.unmute')[1].click()")
    let muted = "[...document.querySelectorAll('video')].map((video) => video.muted)"
    try await ann.page.until("\(muted).join() === 'true,false'")
    try await ann.page.until("document.querySelectorAll('.sound')[0].disabled")
    try await first.page.close()
    try await ann.until("Watching Quinn")
    try await ann.page.until("document.querySelectorAll('figure').length === 1")
    try await untilPlaying(ann.page)
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test(arguments: [
    ("delete globalThis.RTCPeerConnection", "This browser cannot show screens"),
    ("RTCRtpReceiver.getCapabilities = () => ({ codecs: [{ mimeType: 'video/H264' }] })", "This browser cannot play"),
  ])
  func `a browser that cannot play screens shows why, and its chat works`(_ lack: String, _ line: String) async throws {
    let visited = try await RoomBrowser()
    let ann = try await Visitor(to: visited.link("lacking"), in: visited.browser, script: lack)
    _ = try await Publisher("Paula", in: "lacking", of: visited)
    try await ann.until(line)
    try await ann.untilPeople(2)
    let ben = try await Visitor(to: visited.link("lacking"), in: visited.browser, until: "Watching Paula")
    try await ann.say("I see nothing")
    try await ben.untilSaid("I see nothing")
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `the page works outside of a secure context, without media devices and clipboard`() async throws {
    let visited = try await RoomBrowser()
    _ = try await Publisher("Paula", in: "plain", of: visited)
    let plain = """
      Object.defineProperty(Navigator.prototype, "mediaDevices", { value: undefined });
      Object.defineProperty(Navigator.prototype, "clipboard", { value: undefined });
      Object.defineProperty(globalThis, "isSecureContext", { value: false });
      """
    let ann = try await Visitor(to: visited.link("plain"), in: visited.browser, script: plain, until: "Watching Paula")
    try await untilPlaying(ann.page)
    try await ann.page.evaluate("document.querySelector('#copy-link').click()")
    try await ann.page.until("document.querySelector('#copy-link').innerText.includes('opied')")
    #expect(ann.page.problems == [])
    try await visited.close()
  }
}
