import Foundation
import Harness
import Rooms
import Testing

/// The page through a real nginx in common configurations.
@Suite(.serialized, .enabled(if: Chromium.isInstalled && Nginx.isInstalled), .timeLimit(.minutes(2))) struct NginxTests
{
  private static func behindProxy(trusts: Bool = true, external: ExternalURL? = nil) -> RoomServerConfiguration {
    .with {
      if trusts { $0.server.trustedProxies = [AddressRange("127.0.0.1")!] }
      $0.server.externalURL = external
    }
  }

  @Test(arguments: [
    ["Host $host"], ["Host $http_host"], ["Host $host", "X-Forwarded-Host $http_host", "X-Forwarded-Proto $scheme"],
  ])
  func `a page joins its room through nginx at a port other than the default`(headers: [String]) async throws {
    let visited = try await RoomBrowser(Self.behindProxy())
    let nginx = try await Nginx(before: visited.port, headers: headers + ["X-Forwarded-For $proxy_add_x_forwarded_for"])
    let ann = try await Visitor(to: "http://localhost:\(nginx.port)/room/bay", in: visited.browser)
    try await ann.untilPeople(1)
    #expect(ann.page.problems == [])
    try await nginx.stop()
    try await visited.close()
  }

  @Test func `with an external URL a page joins by HTTPS through an nginx that does not pass on the host`()
    async throws
  {
    let folder = try TemporaryDirectory()
    let files = try await TestCertificate.make("proxy", in: folder)
    let tls = (chain: files.certificate.path, key: files.key.path)
    let port = try FreePort.find()
    let external = try #require(ExternalURL("https://localhost:\(port)"))
    let visited = try await RoomBrowser(
      Self.behindProxy(trusts: false, external: external), options: ["--ignore-certificate-errors"])
    let nginx = try await Nginx(before: visited.port, at: port, headers: [], certificate: tls)
    let ann = try await Visitor(to: "\(external)room/bay", in: visited.browser)
    #expect(try await ann.page.evaluate("isSecureContext && location.protocol").string == "https:")
    try await nginx.stop()
    try await visited.close()
  }

  @Test func `without a required setting the refusal of a page names that setting`() async throws {
    let visited = try await RoomBrowser()
    let nginx = try await Nginx(before: visited.port, headers: [])
    let page = try await visited.browser.newPage()
    let origin = "http://localhost:\(nginx.port)"
    try await page.navigate(to: "\(origin)/healthz")
    let answer = "fetch('/socket.io/?EIO=4&transport=polling', { method: 'POST' }).then((answer) => answer.text())"
    #expect(
      try await page.evaluate(answer).string
        == "This server does not let a page of \(origin) in; start it with allowedOrigins \(origin), or if people reach this "
        + "server there externalURL \(origin) to have it do so.\n")
    try await nginx.stop()
    try await visited.close()
  }
}
