import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// `oriel share` with a certificate, and with tokens that others could read.
  @Suite(.enabled(if: Chromium.isInstalled), .timeLimit(.minutes(1))) struct ShareTLSTests {
    /// A self-signed certificate for this name.
    private func certificate(for name: String, in folder: TemporaryDirectory) async throws -> [String] {
      let (certificate, key) = (folder.file("chain.pem").path, folder.file("key.pem").path)
      try await Program.run(
        "openssl",
        [
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
          "/CN=\(name)", "-addext", "subjectAltName=DNS:*.example.org,DNS:\(name)", "-keyout", key, "-out", certificate,
        ])
      return ["--tls-cert", certificate, "--tls-key", key]
    }

    @Test func `a share with a certificate uses HTTPS, and the certificate's name in the link`() async throws {
      let folder = try TemporaryDirectory()
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let tls = try await certificate(for: "localhost", in: folder)
      let share = try await RunningShare(desktop, ["--listen", "0.0.0.0:0"] + tls)
      #expect(share.url.hasPrefix("https://localhost:"))
      let browser = try await Chromium(arguments: ["--ignore-certificate-errors"])
      try await browser.page.navigate(to: share.url)
      try await browser.page.until("document.querySelector('video').videoWidth === 640", within: .seconds(30))
      #expect(try await browser.page.evaluate("isSecureContext && location.protocol") == "https:")
      #expect(!Events.parse(share.program.output).contains { $0["event"] == "warning" })
      try await browser.close()
      try await share.stop()
    }

    @Test func `a share beyond this machine without a certificate warns that tokens can be read`() async throws {
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let share = try await RunningShare(desktop, ["--listen", "0.0.0.0:0", "--token", "secret"])
      let warning = Events.parse(share.program.output).first { $0["code"] == "plainHTTP" }
      #expect(warning?["message"].string?.contains("the chat, the link and the tokens of viewers can be read") == true)
      try await share.stop()
    }

    @Test func `with a private authority's certificate a share connects to its room server`() async throws {
      let folder = try TemporaryDirectory()
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let tls = try await certificate(for: "localhost", in: folder)
      let served = try Program(
        try Executables.product("oriel"), ["serve", "--json", "--listen", "127.0.0.1:0"] + tls)
      let ready = try JSON(parsing: try await served.line(within: .seconds(20)) { Events.name(ofLine: $0) == "ready" })
      let port = try #require(URL(string: ready["url"].string ?? "")?.port)
      let server = ["--server", "https://localhost:\(port)", "--room", "bay"]
      for (options, environment) in [(["--ca-file", tls[1]], [:]), ([], ["SSL_CERT_FILE": tls[1]])] {
        let share = try await RunningShare(desktop, server + options, environment: environment)
        try await share.stop()
      }
      let command = ["share", "--display", desktop.display] + server
      let stranger = try await Command.run(command)
      #expect(stranger.status == 69)
      #expect(stranger.errors.contains("its certificate is not signed by a trusted authority"), "\(stranger.errors)")
      #expect(stranger.errors.hasSuffix("a file with the authority's certificate (--ca-file)\n"), "\(stranger.errors)")
      let missing = try await Command.run(command, environment: ["SSL_CERT_FILE": "/nonexistent.pem"])
      #expect(missing.errors.contains("cannot read certificates in PEM from /nonexistent.pem"), "\(missing.errors)")
      // The command uses the proxy of the environment.
      let proxy = try await HTTPProxy()
      let proxied = try await Command.run(
        ["share", "--display", desktop.display, "--server", "https://rooms.invalid", "--room", "bay"],
        environment: ["HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)"])
      #expect(proxied.status == 69)
      try await eventually("the CONNECT in the proxy's log") { proxy.connects > 0 }
      #expect(
        proxied.errors.contains("through the proxy: http://127.0.0.1:\(proxy.port) does not"), "\(proxied.errors)")
      try await proxy.stop()
      try await served.stop()
    }

    @Test(arguments: ["http://192.0.2.1:8080", "HTTP://rooms.example.org", "ws://192.0.2.1"])
    func `a token is not sent to another machine by plain HTTP without --insecure`(server: String) async throws {
      let screen = try await XServer(width: 320, height: 240)
      let options = ["share", "--display", screen.display, "--server", server, "--room", "bay"]
      for (arguments, environment) in [(["--token", "secret"], [:]), ([], ["ORIEL_PUBLISHER_TOKEN": "secret"])] {
        let refused = try await Command.run(options + arguments, environment: environment)
        #expect(refused.status == 64)
        #expect(
          refused.errors.contains(
            "by plain HTTP, where it can be read on its way; give an https:// --server, or --insecure")
            && !refused.errors.contains("secret"), "\(refused.errors)")
      }
    }
  }
}
