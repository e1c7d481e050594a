import Foundation
import Harness
import Media
import SDP
import Testing

@testable import WebRTC

/// The transport against Chromium's, with minimal descriptions.
@Suite(.serialized, .enabled(if: Chromium.isInstalled))
struct TransportBrowserTests {
  private actor Peer {
    nonisolated var unownedExecutor: UnownedSerialExecutor { NetworkThread.shared.asUnownedSerialExecutor() }

    private let side: TransportSide

    init(isControlling: Bool, configure: @Sendable (inout TransportConfiguration) -> Void = { _ in }) throws {
      var configuration = TransportConfiguration(
        certificate: try RTCCertificate.generateCertificate(), isControlling: isControlling)
      configuration.localAddresses = ["127.0.0.1"]
      configure(&configuration)
      side = try TransportSide(configuration: configuration)
    }

    /// Not part of `init`, which runs on its caller's thread.
    func gather() { side.transport.ice.gather() }

    func with<Result: Sendable>(_ body: (TransportSide) throws -> Result) rethrows -> Result { try body(side) }

    /// Waits until `condition` holds.
    func wait(
      for what: String, within limit: Double = 30, _ condition: @Sendable (TransportSide) -> Bool
    ) async throws {
      try await eventually("\(what); \(side.events) \(side.transport.counters)", within: limit) { condition(side) }
    }

    /// A description with all candidates, to send one VP8 stream.
    func description(setup: String, version: Int = 1) -> String {
      let parameters = side.transport.ice.localParameters
      let fingerprint = side.certificate.getFingerprints()[0]
      var lines = [
        "v=0", "o=- 4711 \(version) IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0",
        "m=video 9 UDP/TLS/RTP/SAVPF 96", "c=IN IP4 0.0.0.0", "a=mid:0", "a=sendonly", "a=rtcp-mux",
        "a=rtpmap:96 VP8/90000", "a=ice-ufrag:\(parameters.usernameFragment)", "a=ice-pwd:\(parameters.password)",
        "a=fingerprint:\(fingerprint.algorithm) \(fingerprint.value)", "a=setup:\(setup)",
        "a=ssrc:\(0x1234_5678) cname:oriel", "a=msid:stream track",
      ]
      lines += side.transport.ice.localCandidates.map { "a=\($0.candidate)" }
      return lines.map { $0 + "\r\n" }.joined()
    }

    func take(_ sdp: String, role: DTLSRole) {
      func value(_ name: String) -> String { values(name).first ?? "" }
      func values(_ name: String) -> [String] {
        sdp.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("a=\(name):") }.map {
          String($0.dropFirst(name.count + 3))
        }
      }
      side.transport.ice.setRemote(ICEParameters(usernameFragment: value("ice-ufrag"), password: value("ice-pwd")))
      let fingerprint = value("fingerprint").split(separator: " ")
      side.transport.dtls.setRemote(
        fingerprints: [RTCDtlsFingerprint(algorithm: String(fingerprint[0]), value: String(fingerprint[1]))], role: role
      )
      for candidate in values("candidate").compactMap(ICECandidate.init(parsing:)) {
        side.transport.ice.addRemoteCandidate(candidate)
      }
      side.transport.ice.remoteEndOfCandidates()
    }

    func close() async { await withCheckedContinuation { done in side.transport.close { done.resume() } } }
  }

  private func page(of browser: Chromium) async throws -> ChromiumPage {
    let page = browser.page
    try await page.evaluate(
      """
      window.pc = new RTCPeerConnection()
      window.gathered = () => new Promise(resolve => {
        if (pc.iceGatheringState == 'complete') resolve()
        pc.addEventListener('icegatheringstatechange', () => { if (pc.iceGatheringState == 'complete') resolve() })
      })
      window.answer = async sdp => {
        await pc.setRemoteDescription({type: 'offer', sdp})
        await pc.setLocalDescription()
        await gathered()
        return pc.localDescription.sdp
      }
      window.report = async type => [...(await pc.getStats()).values()].filter(r => r.type == type)
      0
      """)
    return page
  }

  private func literal(_ text: String) -> String {
    String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
  }

  private func checkMedia(_ peer: Peer, _ page: ChromiumPage, first: Int) async throws {
    for number in first..<(first + 50) {
      await peer.with { side in #expect(side.sendRTP(rtpPacket(sequenceNumber: UInt16(number), payload: 800))) }
    }
    try await peer.wait(for: "the browser's reports") { !$0.reports.isEmpty }
    try await page.until("report('inbound-rtp').then(r => r[0].packetsReceived === \(first + 50))")
  }

  @Test func `a browser answers, receives packets, also after an ICE restart, and its end is detected`() async throws {
    let browser = try await Chromium(arguments: ["--allow-loopback-in-peer-connection"])
    let page = try await page(of: browser)
    let peer = try Peer(isControlling: true)
    await peer.gather()
    let answer = try await page.evaluate("answer(\(literal(await peer.description(setup: "actpass"))))").string ?? ""
    #expect(answer.contains("a=setup:active"))
    await peer.take(answer, role: .server)
    try await peer.wait(for: "the connection") { $0.transport.isWritable }
    try await checkMedia(peer, page, first: 0)
    let transport = try await page.evaluate(
      "report('transport').then(r => r[0].srtpCipher.replace('SRTP_', '') + ' ' + r[0].dtlsState)"
    ).string
    #expect(transport == "AEAD_AES_128_GCM connected")
    let statistics = await peer.with { side in
      (side.transport.statistics().srtpCipher, side.transport.statistics().dtlsCipher)
    }
    #expect(statistics.0 == "SRTP_AEAD_AES_128_GCM")
    #expect(statistics.1 == "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")

    try await peer.with { side in
      try side.transport.ice.restart()
      side.transport.ice.gather()
    }
    let second = try await page.evaluate("answer(\(literal(await peer.description(setup: "actpass", version: 2))))")
      .string
    await peer.take(second ?? "", role: .server)
    try await peer.wait(for: "the new path") { $0.transport.selectedPairChanges >= 2 }
    try await checkMedia(peer, page, first: 50)

    try await browser.close()
    // Consent takes fifty seconds to expire if the browser has sent no close_notify and there are no packets to report on.
    try await peer.wait(for: "the end", within: 70) { side in
      side.transport.ice.state == .failed || side.transport.dtls.state == .closed
    }
    await peer.close()
  }

  @Test func `a browser's offer is answered, and it receives packets`() async throws {
    let browser = try await Chromium(arguments: ["--allow-loopback-in-peer-connection"])
    let page = try await page(of: browser)
    let offer = try await page.evaluate(
      """
      pc.addTransceiver('video', {direction: 'recvonly'}).setCodecPreferences(
        RTCRtpReceiver.getCapabilities('video').codecs.filter(c => c.mimeType == 'video/VP8'))
      pc.setLocalDescription().then(() => gathered()).then(() => pc.localDescription.sdp)
      """)
    let peer = try Peer(isControlling: false)
    await peer.gather()
    await peer.take(offer.string ?? "", role: .client)
    try await page.evaluate(
      "pc.setRemoteDescription({type: 'answer', sdp: \(literal(await peer.description(setup: "active")))})")
    try await peer.wait(for: "the connection") { $0.transport.isWritable }
    try await checkMedia(peer, page, first: 0)
    await peer.close()
    try await browser.close()
  }

  @Test func `with TCP candidates only the connection uses TCP`() async throws {
    let browser = try await Chromium(arguments: ["--allow-loopback-in-peer-connection"])
    let page = try await page(of: browser)
    let peer = try Peer(isControlling: true) { $0.usesTCP = true }
    await peer.gather()
    let offer = await peer.description(setup: "actpass").split(separator: "\r\n").filter {
      !$0.hasPrefix("a=candidate") || $0.contains("tcptype passive")
    }.map { $0 + "\r\n" }.joined()
    let answer = try await page.evaluate("answer(\(literal(offer)))").string ?? ""
    await peer.take(
      answer.split(separator: "\r\n").filter { !$0.contains(" udp ") }.joined(separator: "\r\n"), role: .server)
    try await peer.wait(for: "the connection") { $0.transport.isWritable }
    await peer.with { side in #expect(side.transport.ice.selectedPair?.local.transport == .tcp) }
    try await checkMedia(peer, page, first: 0)
    await peer.close()
    try await browser.close()
  }
}
