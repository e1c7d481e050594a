package import Foundation

/// One page of a browser.
package final class ChromiumPage: Sendable {
  private let target: String
  private let session: String
  private let connection: DevToolsConnection

  init(target: String, session: String, connection: DevToolsConnection) {
    self.target = target
    self.session = session
    self.connection = connection
  }

  func enable() async throws {
    try await call("Page.enable")
    try await call("Runtime.enable")
    try await call("Log.enable")
  }

  /// The page's console messages and then its uncaught errors, each in order.
  package var console: [String] {
    let messages = connection.events(of: session, method: "Runtime.consoleAPICalled").map { event in
      (event["args"].array ?? []).map { $0["value"].string ?? $0["description"].string ?? "" }.joined(separator: " ")
    }
    let errors = connection.events(of: session, method: "Runtime.exceptionThrown").map { event in
      event["exceptionDetails"]["exception"]["description"].string ?? "error"
    }
    return messages + errors
  }

  /// Errors and warnings on the page's console, uncaught errors, and errors and warnings logged by the browser itself, such
  /// as failed requests and violations of the page's Content-Security-Policy.
  package var problems: [String] {
    let written = connection.events(of: session, method: "Runtime.consoleAPICalled")
      .filter { ["error", "warning", "assert"].contains($0["type"].string) }
      .map { $0["args"][0]["value"].string ?? $0["args"][0]["description"].string ?? "" }
    let thrown = connection.events(of: session, method: "Runtime.exceptionThrown")
      .map { $0["exceptionDetails"]["exception"]["description"].string ?? "exception" }
    let reported = connection.events(of: session, method: "Log.entryAdded").map { $0["entry"] }
      .filter { ["error", "warning"].contains($0["level"].string) }.map { $0["text"].string ?? "" }
    return written + thrown + reported
  }

  /// Waits until `condition` is true.
  /// - Parameter condition: a JavaScript expression; an error counts as not true yet.
  /// - Throws: `HarnessError` after `limit`.
  package func until(_ condition: String, within limit: Duration = .seconds(20)) async throws {
    try await eventually(condition, within: limit.seconds) { (try? await evaluate(condition)) == true }
  }

  /// Navigates to `url` and waits until the page has loaded.
  package func navigate(to url: String, within limit: Duration = .seconds(20)) async throws {
    let mark = connection.eventCount
    let answer = try await call("Page.navigate", ["url": .string(url)], within: limit)
    if let error = answer["errorText"].string { throw HarnessError("\(url): \(error)") }
    _ = try await connection.event("Page.loadEventFired", session: session, after: mark, within: limit)
  }

  /// Evaluates JavaScript with user activation and returns its value; awaits a promise.
  /// - Parameter script: an expression; its value has to be JSON.
  /// - Throws: `HarnessError` with the exception's text or the promise's rejection.
  @discardableResult
  package func evaluate(
    _ script: String, awaitPromise: Bool = true, within limit: Duration = .seconds(15)
  ) async throws -> JSON {
    let answer = try await call(
      "Runtime.evaluate",
      [
        "expression": .string(script), "awaitPromise": .bool(awaitPromise), "returnByValue": true, "userGesture": true,
      ], within: limit)
    let failure = answer["exceptionDetails"]
    if failure != .null {
      let exception = failure["exception"]
      let text = exception["description"].string ?? exception["value"].string ?? failure["text"].string
      throw HarnessError("JavaScript: \(text ?? "error")")
    }
    return answer["result"]["value"]
  }

  /// Saves a screenshot of the page as PNG.
  package func screenshot(to file: URL) async throws {
    let answer = try await call("Page.captureScreenshot", ["format": "png"], within: .seconds(20))
    guard let picture = answer["data"].string.flatMap({ Data(base64Encoded: $0) }) else {
      throw HarnessError("the browser gave no picture")
    }
    try picture.write(to: file)
  }

  /// Closes the page, not the browser.
  package func close() async throws {
    _ = try await connection.call("Target.closeTarget", ["targetId": .string(target)])
  }

  /// Sends any command of the DevTools protocol to the page.
  @discardableResult
  package func call(
    _ method: String, _ parameters: JSON = [:], within limit: Duration = .seconds(15)
  ) async throws -> JSON {
    try await connection.call(method, parameters, session: session, within: limit)
  }
}
