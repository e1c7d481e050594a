import Foundation
import Harness

/// A browser's page in a room.
struct Visitor {
  let page: ChromiumPage

  /// Opens the link to a room in a new page, and waits until the page is in the state that the line in its header
  /// begins with.
  init(
    to link: String, in browser: Chromium, script: String? = nil, until line: String = "Waiting for somebody to share"
  ) async throws {
    page = try await browser.newPage()
    // Otherwise only one of the browser's pages would count as visible.
    try await page.call("Emulation.setFocusEmulationEnabled", ["enabled": true])
    if let script { try await page.call("Page.addScriptToEvaluateOnNewDocument", ["source": .string(script)]) }
    try await page.navigate(to: link)
    try await self.until(line)
  }

  /// The line in the header, without the marks that isolate names.
  var line: String {
    get async throws {
      try await page.evaluate("document.querySelector('#state-words').textContent.replace(/[\\u2066-\\u2069]/g, '')")
        .string ?? ""
    }
  }

  /// The names in the list of people, in their order.
  var people: [String] {
    get async throws {
      let names = try await page.evaluate(
        "[...document.querySelectorAll('#people-list .name')].map(e => e.textContent)")
      return names.array?.compactMap(\.string) ?? []
    }
  }

  /// The page's own name.
  var name: String {
    get async throws {
      let mine = "[...document.querySelectorAll('#people-list li')].find(e => e.querySelector('.change'))"
      return try await page.evaluate("\(mine)?.querySelector('.name').textContent ?? ''").string ?? ""
    }
  }

  /// The messages: "NAME: TEXT".
  var messages: [String] {
    get async throws {
      let items = "[...document.querySelectorAll('#log li:not(.remark)')]"
      let both = "e.querySelector('.name').textContent + ': ' + e.querySelector('.text').textContent"
      return try await page.evaluate("\(items).map(e => \(both))").array?.compactMap(\.string) ?? []
    }
  }

  /// Waits until the line in the header begins with `line`.
  func until(_ line: String, within limit: Duration = .seconds(30)) async throws {
    let text = "document.querySelector('#state-words').textContent.replace(/[\\u2066-\\u2069]/g, '')"
    try await page.until("\(text).startsWith(\(quoted(line)))", within: limit)
  }

  /// Waits until the list has `count` people.
  func untilPeople(_ count: Int, within limit: Duration = .seconds(30)) async throws {
    try await page.until("document.querySelectorAll('#people-list li').length === \(count)", within: limit)
  }

  /// Waits for a message with this text.
  func untilSaid(_ text: String) async throws {
    try await page.until("[...document.querySelectorAll('#log .text')].some(e => e.textContent === \(quoted(text)))")
  }

  /// Types a text into the chat and sends it by Enter.
  func say(_ text: String) async throws {
    try await page.bringToFront()
    try await page.evaluate("document.querySelector('#say-text').focus()")
    try await page.call("Input.insertText", ["text": .string(text)])
    try await page.press("Enter", text: "\r", code: 13)
  }
}

/// A text as a JavaScript literal.
func quoted(_ text: String) -> String { String(decoding: JSON.string(text).bytes, as: UTF8.self) }

extension ChromiumPage {
  /// Brings the page to the front and waits until it is drawn, since it receives no keys before.
  func bringToFront() async throws {
    try await call("Page.bringToFront")
    try await evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
  }

  /// Presses and releases a key.
  func press(_ key: String, text: String? = nil, code: Int? = nil) async throws {
    var down: [String: JSON] = ["type": .string(text == nil ? "rawKeyDown" : "keyDown"), "key": .string(key)]
    var up: [String: JSON] = ["type": "keyUp", "key": .string(key)]
    if let text { down["text"] = .string(text) }
    if let code {
      down["windowsVirtualKeyCode"] = JSON(integerLiteral: code)
      up["windowsVirtualKeyCode"] = JSON(integerLiteral: code)
    }
    try await call("Input.dispatchKeyEvent", .object(down))
    try await call("Input.dispatchKeyEvent", .object(up))
  }
}

extension ChromiumPage {
  /// Gives the page the size of a telephone or of another window.
  func resize(_ width: Int, _ height: Int, isMobile: Bool = false) async throws {
    try await call(
      "Emulation.setDeviceMetricsOverride",
      [
        "width": JSON(integerLiteral: width), "height": JSON(integerLiteral: height), "deviceScaleFactor": 1,
        "mobile": .bool(isMobile),
      ])
  }

  /// Writes a picture of the page to the folder `ORIEL_KEEP_PICTURES`, if that variable is set.
  func keep(_ name: String) async throws {
    guard let folder = ProcessInfo.processInfo.environment["ORIEL_KEEP_PICTURES"] else { return }
    try await bringToFront()
    try await screenshot(to: URL(filePath: folder).appending(path: "\(name).png"))
  }
}
