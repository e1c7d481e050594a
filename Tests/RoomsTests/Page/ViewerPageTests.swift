import Foundation
import Testing

@testable import RoomPage

@Suite struct ViewerPageTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../Sources/RoomPage/Page").standardizedFileURL

  @Test func `every file of the page is served, and nothing else`() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(Set(files) == Set(ViewerPage.assets.keys).union(["index.html"]))
    for name in ViewerPage.assets.keys {
      let content = try Data(contentsOf: Self.folder.appending(path: name))
      #expect(ViewerPage.asset(name)?.content == Array(content))
    }
    for name in ["", "index.html", "../Package.swift", "App.js", "app.js/"] { #expect(ViewerPage.asset(name) == nil) }
  }

  @Test func `each file has its content type`() {
    #expect(ViewerPage.index().contentType == "text/html; charset=utf-8")
    #expect(ViewerPage.asset("app.js")?.contentType == "text/javascript; charset=utf-8")
    #expect(ViewerPage.asset("style.css")?.contentType == "text/css; charset=utf-8")
    #expect(ViewerPage.asset("icon.svg")?.contentType == "image/svg+xml; charset=utf-8")
  }

  @Test(arguments: [("/socket.io/", "../socket.io/"), ("/live/talk/", "../live/talk/"), ("/x/", "../x/")])
  func `the page contains the path of Socket_IO`(_ path: String, _ reference: String) {
    let text = String(decoding: ViewerPage.index(socketPath: path).content, as: UTF8.self)
    #expect(text.contains(#"<meta name="oriel-socket" content="\#(reference)">"#))
  }

  @Test func `the page lists all files that it loads, and loads only its own`() throws {
    let text = String(decoding: ViewerPage.index().content, as: UTF8.self)
    let references = text.matches(of: /(?:src|href)="([^"#]+)"/).map { String($0.1) }
    let files = references.map { $0.replacing("../assets/", with: "") }
    #expect(Set(files) == Set(ViewerPage.assets.keys))
    #expect(Set(files).count == files.count)
    // The policy forbids inline scripts and styles.
    #expect(text.firstMatch(of: /<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=/) == nil)
  }

  @Test func `the policy allows only the page's own files and connections`() throws {
    let headers = Dictionary(uniqueKeysWithValues: ViewerPage.headers(authority: "example.org:8080").map { ($0, $1) })
    let policy = try #require(headers["Content-Security-Policy"])
    for directive in [
      "default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'",
      "form-action 'none'", "connect-src 'self' ws://example.org:8080 wss://example.org:8080",
    ] {
      #expect(policy.split(separator: "; ").contains(Substring(directive)))
    }
    #expect(!policy.contains("unsafe"))
    #expect(headers["Referrer-Policy"] == "no-referrer")
    #expect(headers["X-Content-Type-Options"] == "nosniff")
    #expect(headers["Cache-Control"] == "no-store")
  }
}
