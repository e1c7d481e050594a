import Harness
import RoomProtocol
import Rooms
import Testing

/// Who can join, and what the page shows to those who cannot.
@Suite(.serialized, .enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct AdmissionTests {
  @Test func `a wrong token is refused, the right one joins, and neither stays in the address bar`() async throws {
    var configuration = RoomServerConfiguration()
    configuration.rooms.token = Secret("open sesame&")
    let visited = try await RoomBrowser(configuration)
    let refused = "The link does not open this room"
    let without = try await Visitor(to: visited.link("private"), in: visited.browser, until: refused)
    try await without.untilPeople(0)
    let ann = try await Visitor(to: visited.link("private", token: "wrong"), in: visited.browser, until: refused)
    #expect(try await ann.page.evaluate("location.href").string == visited.link("private"))

    // The right link in the same tab changes the fragment alone.
    try await ann.page.evaluate("location.hash = 'token=open%20sesame%26'")
    try await ann.until("Waiting")
    #expect(try await ann.page.evaluate("location.href").string == visited.link("private"))
    try await ann.page.call("Page.reload")
    try await ann.until("Waiting")
    try await ann.page.until("!(document.documentElement.outerHTML.includes('sesame'))")
    let link = "import('/assets/link.js').then(({ invitation, takeLink }) => invitation(takeLink()))"
    #expect(try await ann.page.evaluate(link).string == visited.link("private", token: "open+sesame%26"))
    #expect(ann.page.problems == [])
    try await visited.close()
  }

  @Test func `the page of a full room says so, and joins when somebody leaves`() async throws {
    var configuration = RoomServerConfiguration()
    configuration.rooms.capacity = 1
    let visited = try await RoomBrowser(configuration)
    let ann = try await Visitor(to: visited.link("small"), in: visited.browser)
    let ben = try await Visitor(
      to: visited.link("small"), in: visited.browser, until: "The room is full. Trying again in ")
    try await ben.page.until("document.querySelector('.words h2').textContent === 'The room is full'")
    try await ben.page.evaluate("document.querySelector('.words button').click()")
    try await ben.until("The room is full. Trying again in 1")
    try await ann.page.close()
    try await ben.until("Waiting", within: .seconds(20))
    #expect(ben.page.problems == [])
    try await visited.close()
  }

  @Test func `a page refused by a locked room, or removed, says so and does not join again by itself`() async throws {
    let visited = try await RoomBrowser()
    let publisher = try await Publisher("Paula", in: "locked", of: visited)
    let ann = try await Visitor(to: visited.link("locked"), in: visited.browser, until: "Watching Paula")
    try await publisher.ask("lock", "'locked', true")
    try await ann.page.until("!document.querySelector('#locked').hidden")
    try await ann.page.until("document.querySelector('#log').textContent.includes('The room is locked')")
    let late = try await Visitor(to: visited.link("locked"), in: visited.browser, until: "The room is locked")
    try await late.untilPeople(0)

    let id = try await publisher.page.evaluate("[...publisher.connections.keys()][0]").string ?? ""
    #expect(try await publisher.ask("remove", "'locked', \(quoted(id))")["ok"] == true)
    try await ann.until("You were removed")
    try await ann.page.until("document.querySelector('video').srcObject === null")
    try await ann.untilPeople(0)

    try await ann.page.until("document.querySelector('#locked').hidden")

    try await publisher.ask("lock", "'locked', false")
    try await late.page.evaluate("document.querySelector('.words button').click()")
    try await late.until("Watching Paula")
    try await late.untilPeople(2)
    #expect(try await ann.line == "You were removed")
    #expect(ann.page.problems.isEmpty && late.page.problems == [])
    try await visited.close()
  }
}
