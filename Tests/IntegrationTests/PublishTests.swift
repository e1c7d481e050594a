import Foundation
import Glibc
import Harness
import Media
import Scenes
import Testing

extension IntegrationTests {
  /// The example `oriel-publish`: shows a desktop in a page after two texts are pasted.
  @Suite(.enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct PublishTests {
    @Test func `oriel-publish and its page exchange texts, the desktop plays, and the dump is VP8 to tshark`()
      async throws
    {
      let desktop = try await Desktop(.testCard)
      let folder = try TemporaryDirectory()
      let dump = folder.file("rtp.pcap")
      let (input, inputOfProgram) = try Descriptor.socketPair()
      let program = try Program(
        try Executables.product("oriel-publish"), ["--rtp-dump", dump.path], environment: ["DISPLAY": desktop.display],
        descriptors: [STDIN_FILENO: inputOfProgram])
      inputOfProgram.close()
      try await program.line(within: .seconds(15)) { $0.hasPrefix("Paste the above") }
      let offer = program.output.components(separatedBy: "Paste the above")[0]

      let browser = try await Chromium(arguments: ["--allow-file-access-from-files"])
      let page = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../Sources/Examples/Publish/publish.html")
      try await browser.page.navigate(to: page.standardized.absoluteString)
      try await browser.page.evaluate(
        """
        document.querySelector('#offer').value = \(String(decoding: JSON.string(offer).bytes, as: UTF8.self))
        document.querySelector('#offer').dispatchEvent(new Event('input'))
        """)
      let answer = try await browser.page.evaluate(
        """
        new Promise(resolve => {
          const look = () => {
            const text = document.querySelector('#answer').value
            if (text) resolve(text); else setTimeout(look, 20)
          }
          look()
        })
        """)
      #expect(input.send(Array((answer.string ?? "").utf8)))
      try await program.line(within: .seconds(15)) { $0 == "connected" }
      let size = try await browser.page.evaluate(
        """
        new Promise(resolve => document.querySelector('video').requestVideoFrameCallback(
          (now, frame) => resolve([frame.width, frame.height])))
        """)
      #expect(size == [.number(Double(desktop.screen.width)), .number(Double(desktop.screen.height))])
      let isTsharkInstalled = Executables.installed("tshark") != nil
      if isTsharkInstalled {
        // The dump is still being written, so its last packet may be cut off, which tshark reports.
        try await eventually("reports both ways in the dump", within: 60) {
          let tshark = try Program("tshark", ["-r", dump.path])
          try await tshark.exit(within: .seconds(30))
          return ["Sender Report", "Receiver Report"].allSatisfy { tshark.output.contains($0) }
            && tshark.output.split(separator: "\n").count { $0.contains(" VP8 ") } > 40
        }
      }

      // The page closes: the example reports it, closes its dump and ends.
      try await browser.close()
      try await program.line(within: .seconds(30)) { $0.hasPrefix("disconnected") || $0.hasPrefix("failed") }
      #expect(try await program.exit(within: .seconds(10)).status == 0)
      if isTsharkInstalled {
        let packets = try await Program.run("tshark", ["-r", dump.path]).split(separator: "\n")
        #expect(packets.filter { $0.contains(" VP8 ") && $0.contains("PT=VP8") }.count > 30)
        #expect(packets.contains { $0.contains("Keyframe") })
        #expect(packets.contains { $0.contains("RTCP") && $0.contains("Sender Report") })
        #expect(packets.contains { $0.contains("RTCP") && $0.contains("Receiver Report") })
      }
    }

    @Test func `oriel-share-desktop prints a link, and a browser that opens it sees the desktop`() async throws {
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let program = try Program(
        try Executables.product("oriel-share-desktop"), environment: ["DISPLAY": desktop.display])
      let link = try await program.line(within: .seconds(15)) { $0.hasPrefix("http://127.0.0.1:") }
      let browser = try await Chromium()
      try await browser.page.navigate(to: link)
      try await browser.page.until("document.querySelector('video').videoWidth === 640", within: .seconds(30))
      _ = try await program.line(within: .seconds(10)) { $0.hasSuffix(" watches") }
      try await browser.close()
      _ = try await program.line(within: .seconds(30)) { $0.hasSuffix(" left") }
      program.kill()
    }

    @Test func `a wrong option and a missing display are errors of one sentence`() async throws {
      let publish = try Executables.product("oriel-publish")
      let misused = try Program(publish, ["--what"])
      #expect(try await misused.exit().status == 64)
      let lost = try Program(publish, [], environment: ["DISPLAY": ":4711"])
      #expect(try await lost.exit().status == 69)
      #expect(lost.errorOutput.contains(":4711"))
    }
  }
}
