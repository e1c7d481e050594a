import Foundation
import Harness
import RoomProtocol
import Rooms
import Testing

/// Links with fingerprints: the page shows only screens that the link vouches for, unless the viewer accepts others.
@Suite(.serialized, .enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct VouchingTests {
  private static let title = "This screen does not come from the person who made the link"
  private static let other = String(repeating: "A", count: 43)

  /// Whether the name, the origin beside it, and every control under the screen are inside the window.
  private static let captionFits = """
    [...document.querySelectorAll("figcaption, figcaption button, .who, .origin")].every((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return element.getClientRects().length === 0 || (left >= 0 && right <= innerWidth && width > 20 && element.scrollWidth <= element.clientWidth + 1);
    })
    """

  @Test func `only one well-formed SHA-256 fingerprint is read, and its first 80 bits make a code`() async throws {
    let visited = try await RoomBrowser()
    let page = try await visited.scriptPage()
    let result = try await page.evaluate(
      #"""
      (async () => {
        const { fingerprintOf, codeOf, Vouching } = await import("/assets/vouching.js");
        const bytes = (first) => [...Array(32).keys()].map((at) => (at + first).toString(16).padStart(2, "0").toUpperCase());
        const [one, two] = [bytes(0).join(":"), bytes(1).join(":")];
        const line = (value, name = "sha-256") => `a=fingerprint:${name} ${value}\r\n`;
        const read = (...lines) => fingerprintOf("v=0\r\n" + lines.join("") + "a=setup:actpass\r\n");
        const vouching = new Vouching(["x"]);
        const before = [vouching.admits("x"), vouching.admits("y"), vouching.admits(null)];
        vouching.accept("y");
        vouching.add(["z"]);
        return [
          read(line(one)), read(line(one.toLowerCase()), line(one)), read(), read(line(one), line(two)),
          read(line(one), line(two, "sha-512")), read(line(one, "sha-1")), read(line(one.slice(3))),
          read("a=fingerprint: sha-256 " + one + "\r\n"), read(line(one), "a=Fingerprint:sha-256  " + two + "\n"),
          codeOf(read(line(one))), codeOf("short"), codeOf(null),
          before, ["x", "y", "z", "w"].map((which) => vouching.admits(which)), vouching.vouchesFor("y"), vouching.fingerprints,
          new Vouching(null).admits(null), new Vouching([""]).admits(null), new Vouching([""]).admits(""),
        ];
      })()
      """#)
    let expected: JSON = [
      "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", .null, .null,
      .null, .null, .null, .null, .null, "AAAQ EAYE AUDA OCAJ", "", "",
      [true, false, false], [true, true, true, false], false, ["x", "z"], true, false, true,
    ]
    #expect(result == expected)
    try await visited.close()
  }

  @Test func `a screen that the link vouches for is shown, also after a reload, and the copied link is the same`()
    async throws
  {
    let visited = try await RoomBrowser()
    let paula = try await Publisher("Paula", in: "own", of: visited)
    let link = visited.link("own", fingerprints: [Self.other, try await paula.fingerprint])
    let ann = try await Visitor(to: link, in: visited.browser, until: "Watching Paula")
    #expect(try await ann.page.evaluate("document.querySelector('.origin').hidden") == true)
    try await ann.page.call("Page.reload")
    try await ann.until("Watching Paula")
    #expect(try await ann.page.evaluate("location.href").string == link)
    try await ann.page.call(
      "Browser.grantPermissions", ["permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]])
    try await ann.page.evaluate(
      "navigator.clipboard.writeText = async (text) => (globalThis.copied = text); document.querySelector('#copy-link').click()"
    )
    try await ann.page.until("globalThis.copied === \(quoted(link))")
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `a screen that the link does not vouch for is named, and shown only after a click`() async throws {
    let visited = try await RoomBrowser()
    let mallory = try await Publisher("Paula", in: "taken", of: visited)
    let link = visited.link("taken", fingerprints: [Self.other])
    let ann = try await Visitor(to: link, in: visited.browser, until: "Not from the person who made the link: Paula")
    try await ann.page.until("document.querySelector('.words h2').textContent === \(quoted(Self.title))")
    // The page answers none of the offers: it sends no address, and can receive no picture.
    for _ in 0..<3 {
      try await mallory.page.evaluate("publisher.offer([...publisher.connections.keys()][0], true)")
    }
    #expect(
      try await mallory.page.evaluate(
        "[...publisher.connections.values()].map(({ remoteDescription }) => remoteDescription)")
        == [.null])
    #expect(try await ann.page.evaluate("document.querySelector('video').srcObject === null") == true)
    for (name, width, height) in [("wide", 1280, 900), ("phone", 390, 844)] {
      try await ann.page.resize(width, height, isMobile: name == "phone")
      try await ann.page.keep("vouching-\(name)")
      // The whole text fits, and the button is inside the window.
      let fits = """
        (() => {
          const words = document.querySelector('.words');
          const button = words.querySelector('button').getBoundingClientRect();
          return words.scrollHeight <= words.clientHeight + 1 && words.scrollWidth <= words.clientWidth
            && button.bottom <= innerHeight && button.width > 0;
        })()
        """
      #expect(try await ann.page.evaluate(fits) == true, "\(name)")
    }
    let code = try await ann.page.evaluate(
      "import('/assets/vouching.js').then(({ codeOf }) => codeOf(\(quoted(try await mallory.fingerprint))))")
    let text = try await ann.page.evaluate("document.querySelector('.words p').textContent").string ?? ""
    #expect(text.replacing("\u{A0}", with: " ").contains(try #require(code.string)))

    try await ann.page.evaluate("document.querySelector('.words button').click()")
    try await ann.until("Watching Paula")
    try await ann.page.until("document.querySelector('.origin').textContent === 'Not vouched for by the link'")
    try await ann.page.keep("vouching-shown-phone")
    #expect(try await ann.page.evaluate(Self.captionFits) == true)
    try await ann.page.resize(1280, 900)
    try await ann.page.keep("vouching-shown-wide")
    // Another connection to the same presenter is accepted without asking again.
    try await mallory.page.evaluate("publisher.offer([...publisher.connections.keys()][0], true)")
    try await ann.page.until("document.querySelector('.words').hidden")
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `a screen whose offer names two certificates is marked as not vouched for`() async throws {
    let visited = try await RoomBrowser()
    let mallory = try await Publisher("Paula", in: "blurred", of: visited)
    let link = visited.link("blurred", fingerprints: [Self.other])
    let ann = try await Visitor(to: link, in: visited.browser, until: "Not from the person who made the link: Paula")
    try await mallory.page.evaluate(
      #"""
      (() => {
        const [[to, { localDescription }]] = publisher.connections;
        const sdp = localDescription.sdp.replace(/a=fingerprint:.*\r\n/, (line) => line + line.replace(/..\r\n/, "00\r\n"));
        publisher.socket.emit("message", "blurred", { type: "offer", sdp, to });
      })()
      """#)
    // The code of the first offer disappears.
    try await ann.page.until(
      "!/[A-Z2-7]{4}.[A-Z2-7]{4}.[A-Z2-7]{4}/.test(document.querySelector('.words p').textContent)")
    try await ann.page.evaluate("document.querySelector('.words button').click()")
    try await ann.page.until("document.querySelector('.origin').textContent === 'Not vouched for by the link'")
    try await visited.close()
  }

  @Test func `a waiting screen is shown once a link opened in the same tab vouches for it`() async throws {
    let visited = try await RoomBrowser()
    let paula = try await Publisher("Paula", in: "later", of: visited)
    let ann = try await Visitor(
      to: visited.link("later", fingerprints: [Self.other]), in: visited.browser,
      until: "Not from the person who made the link: Paula")
    try await ann.page.evaluate("location.hash = 'fp=' + \(quoted(try await paula.fingerprint))")
    try await ann.until("Watching Paula")
    #expect(try await ann.page.evaluate("document.querySelector('.origin').hidden") == true)
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `with a link without fingerprints the page shows the code of the screen`() async throws {
    let visited = try await RoomBrowser()
    let paula = try await Publisher("Paula", in: "plain", of: visited)
    let ann = try await Visitor(to: visited.link("plain"), in: visited.browser, until: "Watching Paula")
    let digest = try await paula.fingerprint
    let code = try await ann.page.evaluate("document.querySelector('.origin').textContent").string ?? ""
    #expect(code.firstMatch(of: /^Code [A-Z2-7]{4}( [A-Z2-7]{4}){3}$/) != nil, "\(code)")
    let expected = "import('/assets/vouching.js').then(({ codeOf }) => codeOf(\(quoted(digest))))"
    #expect(try await ann.page.evaluate(expected).string == code.replacing("Code ", with: ""))
    for (name, width, height) in [("wide", 1280, 900), ("phone", 390, 844), ("narrow", 320, 640)] {
      try await ann.page.resize(width, height, isMobile: name != "wide")
      try await ann.page.keep("vouching-code-\(name)")
      #expect(try await ann.page.evaluate(Self.captionFits) == true, "\(name)")
    }
    #expect(ann.page.problems == [])
    try await visited.close()
  }
}
