import Foundation
import Harness
import Testing

@Suite(.enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct ChromiumTests {
  @Test func `a page evaluates scripts, navigates and takes a screenshot`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("page.html")
    try "<title>oriel</title><body style='background:#f00'>".write(to: file, atomically: true, encoding: .utf8)
    let browser = try await Chromium()
    #expect(try await browser.page.evaluate("1 + 1") == 2)
    try await browser.page.navigate(to: file.absoluteString)
    #expect(try await browser.page.evaluate("Promise.resolve(document.title)") == "oriel")
    await #expect(throws: HarnessError.self) { try await browser.page.evaluate("missing.thing") }
    let picture = folder.file("page.png")
    try await browser.page.screenshot(to: picture)
    for try await frame in try await FFmpeg.frames(of: picture, as: .rgb) {
      #expect(frame.pixel(x: 5, y: 5).elementsEqual([255, 0, 0]))
    }
    try await browser.close()
    #expect(ProcessGroup.living(browser.pid).isEmpty)
  }
}
