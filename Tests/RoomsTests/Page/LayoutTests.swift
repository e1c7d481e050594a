import Harness
import RoomProtocol
import Rooms
import Testing

/// The page's layout on displays of several sizes, and its use by keyboard and screen reader.
@Suite(.serialized, .enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct LayoutTests {
  @Test(arguments: [(1280, 800), (390, 844), (844, 390), (320, 568), (1920, 1080)])
  func `the page fits windows of all sizes with 32 people and long names`(_ width: Int, _ height: Int) async throws {
    let visited = try await RoomBrowser()
    let crowd = try await visited.scriptPage()
    try await crowd.evaluate(Self.crowd)
    _ = try await Publisher("Maximiliane-Konstantinopolitanische-Schwarzenberger", in: "crowd", of: visited)
    let ann = try await Visitor(to: visited.link("crowd"), in: visited.browser, until: "Watching")
    try await ann.page.call(
      "Emulation.setDeviceMetricsOverride",
      [
        "width": JSON(integerLiteral: width), "height": JSON(integerLiteral: height), "deviceScaleFactor": 1,
        "mobile": .bool(width < 1000),
      ])
    try await ann.page.call("Page.reload")
    try await ann.page.until("document.querySelector('figure').dataset.state === 'live'")
    try await ann.untilPeople(32)
    try await crowd.evaluate("talk()")
    try await ann.page.until("document.querySelectorAll('#log .text').length === 60")
    try await ann.page.bringToFront()

    for panel in ["closed", "open"] {
      if try await ann.page.evaluate("document.documentElement.dataset.panel").string != panel {
        try await ann.page.press("c", text: "c")
      }
      let misplaced = try await ann.page.evaluate(Self.misplaced)
      #expect(misplaced == [], "\(width)×\(height), panel \(panel)")
      let place = try await ann.page.evaluate(
        "(({ width, height }) => [width, height])(document.querySelector('video').getBoundingClientRect())")
      #expect(
        try #require(place[0].number) > 150 && #require(place[1].number) > 80, "\(width)×\(height), panel \(panel)")
    }
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  /// Thirty people, each of whom can send messages.
  private static let crowd = """
    (async () => {
      const { Socket } = await import("/assets/socket.js");
      const sockets = [];
      for (let index = 0; index < 30; index++) {
        const socket = new Socket(new URL("/socket.io/", location));
        const name = index % 3 ? `Viewer ${index}` : "W".repeat(40);
        const joined = new Promise((resolve) => socket.on("joined", resolve));
        socket.addEventListener("connect", () => socket.emit("join", "crowd", { role: "viewer", name }));
        socket.connect();
        sockets.push(socket);
        await joined;
      }
      globalThis.talk = async () => {
        for (let index = 0; index < 60; index++) {
          await sockets[index % 30].request("chat", "crowd", index % 4 ? `Message ${index}` : "word".repeat(60));
        }
      };
    })()
    """

  /// The elements that reach beyond the window or the scrollable area, and the buttons that are too small for a finger.
  private static let misplaced = """
    (() => {
      const found = [];
      const root = document.documentElement;
      if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) found.push("the page scrolls");
      const visible = [...document.querySelectorAll("header, main, aside, figure, figcaption, button, textarea, summary")]
        .filter((element) => element.checkVisibility({ visibilityProperty: true }));
      for (const element of visible) {
        const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
        const what = `${element.localName}#${element.id}.${element.className}`;
        if (left < -0.5 || right > innerWidth + 0.5) found.push(`${what} from ${left} to ${right}`);
        if (!element.closest("#people-list") && (top < -0.5 || bottom > innerHeight + 0.5)) {
          found.push(`${what} from ${top} down to ${bottom}`);
        }
        if (element.localName === "button" && (width < 24 || height < 24)) found.push(`${what}: ${width}×${height}`);
      }
      return found;
    })()
    """

  @Test func `keys do what the help says, except in a text field or when turned off`() async throws {
    let visited = try await RoomBrowser()
    let ann = try await Visitor(to: visited.link("keys"), in: visited.browser)
    let page = ann.page
    try await page.bringToFront()
    try await page.press("c", text: "c")
    try await page.until("!(document.querySelector('#panel').checkVisibility())")
    try await page.until("document.querySelector('#toggle-panel').ariaExpanded === 'false'")
    try await page.press("c", text: "c")
    try await page.until("document.querySelector('#panel').checkVisibility()")
    try await page.press("a", text: "a")
    try await page.until("document.querySelector('.actual').ariaPressed === 'true'")
    try await page.press("?", text: "?")
    try await page.until("document.querySelector('#help-dialog').open")
    for key in ["f", "c", "s", "m", "a", "?"] {
      let listed = "[...document.querySelectorAll('kbd')].some(e => e.textContent === \(quoted(key)))"
      #expect(try await page.evaluate(listed) == true)
    }
    try await page.press("Escape", code: 27)
    try await page.until("!document.querySelector('#help-dialog').open")

    try await page.evaluate("document.querySelector('#say-text').focus()")
    for key in ["f", "c", "s"] { try await page.press(key, text: key) }
    try await page.until("document.querySelector('#say-text').value === 'fcs'")
    try await page.until("document.querySelector('#panel').checkVisibility()")
    try await page.until("document.fullscreenElement === null")

    try await page.evaluate("document.querySelector('#show-help').click(), document.querySelector('#keys-on').click()")
    try await page.press("Escape", code: 27)
    try await page.evaluate("document.activeElement.blur()")
    try await page.press("c", text: "c")
    try await page.until("document.querySelector('#panel').checkVisibility()")
    #expect(page.problems == [])
    try await visited.close()
  }

  @Test func `the screen can be shown in full screen and at its actual size`() async throws {
    let visited = try await RoomBrowser()
    _ = try await Publisher("Paula", in: "sizes", of: visited)
    let ann = try await Visitor(to: visited.link("sizes"), in: visited.browser, until: "Watching Paula")
    try await ann.page.bringToFront()
    try await ann.page.press("f", text: "f")
    try await ann.page.until("document.fullscreenElement === document.querySelector('figure')")
    try await ann.page.press("f", text: "f")
    try await ann.page.until("document.fullscreenElement === null")

    let size = "(({ width, height }) => [width, height])(document.querySelector('video').getBoundingClientRect())"
    #expect(try #require(try await ann.page.evaluate(size)[0].number) > 600)
    try await ann.page.evaluate("document.querySelector('.actual').click()")
    try await ann.page.until("\(size).join() === '320,200'")
    try await ann.page.call(
      "Emulation.setDeviceMetricsOverride",
      ["width": 1280, "height": 800, "deviceScaleFactor": 2, "mobile": false])
    try await ann.page.until("\(size)[0] === 160")
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `every control has a name, is reached by Tab and shows the focus`() async throws {
    let visited = try await RoomBrowser()
    _ = try await Publisher("Paula", in: "names", of: visited, sound: true)
    let ann = try await Visitor(to: visited.link("names"), in: visited.browser, until: "Watching Paula")
    try await ann.page.until("!document.querySelector('.unmute').hidden")
    let tree = try await ann.page.call("Accessibility.getFullAXTree")["nodes"].array ?? []
    let nodes = tree.filter { $0["ignored"] != true }
    for role in ["button", "textbox", "log", "dialog", "main", "complementary", "region"] {
      for node in nodes where node["role"]["value"].string == role {
        #expect(node["name"]["value"].string?.isEmpty == false, "a \(role) without a name")
      }
    }
    let roles = Set(nodes.compactMap { $0["role"]["value"].string })
    #expect(roles.isSuperset(of: ["banner", "main", "complementary", "log", "status", "heading"]))
    try await ann.page.until("document.querySelector('#announcements').ariaLive === 'polite'")

    try await ann.page.bringToFront()
    var reached: Set<String> = []
    try await ann.page.evaluate("document.activeElement.blur()")
    for _ in 0..<30 {
      try await ann.page.press("Tab", code: 9)
      let focus = try await ann.page.evaluate(
        """
        (() => {
          const { activeElement: element } = document;
          const { outlineStyle, outlineWidth } = getComputedStyle(element);
          return [element.id || element.className.replace("quiet ", "") || element.localName, outlineStyle, outlineWidth];
        })()
        """)
      let name = try #require(focus[0].string)
      if name == "body" || !reached.insert(name).inserted { continue }
      if name != "skip" { #expect(focus[1] == "solid" && focus[2] == "2px", "\(name) shows no focus") }
    }
    let expected = [
      "skip", "copy-link", "toggle-panel", "show-help", "actual", "sound", "numbers", "full", "unmute", "summary",
      "change",
      "log", "say-text",
    ]
    #expect(reached.isSuperset(of: expected), "not reached: \(Set(expected).subtracting(reached))")
    try await visited.close()
  }

  @Test(arguments: ["light", "dark"])
  func `text has a contrast of at least 4_5 to its background`(_ scheme: String) async throws {
    let visited = try await RoomBrowser()
    let ann = try await Visitor(to: visited.link("contrast"), in: visited.browser)
    try await ann.page.call(
      "Emulation.setEmulatedMedia", ["features": [["name": "prefers-color-scheme", "value": .string(scheme)]]])
    let weak = try await ann.page.evaluate(
      """
      (() => {
        const style = getComputedStyle(document.documentElement);
        const luminance = (name) => {
          const value = style.getPropertyValue(`--${name}`).trim();
          const [r, g, b] = [1, 3, 5].map((at) => parseInt(value.slice(at, at + 2), 16) / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const contrast = (one, other) => {
          const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
          return (light + 0.05) / (dark + 0.05);
        };
        const pairs = [
          ...["text", "faint"].flatMap((text) => ["ground", "surface", "raised", "stage"].map((on) => [text, on])),
          ["accent", "surface"], ["accent", "accent-tint"], ["on-accent", "accent"], ["bad", "surface"],
        ];
        return pairs.filter(([one, other]) => !(contrast(one, other) >= 4.5)).map((pair) => pair.join(" on "));
      })()
      """)
    #expect(weak == [])
    try await visited.close()
  }
}
