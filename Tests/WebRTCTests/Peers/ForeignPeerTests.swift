import Harness
import Scenes
import Testing
import WebRTC

/// WebRTC stacks that share no code with ours or Chromium's: each receives the test card and returns decoded pictures.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ForeignPeerTests {
  enum Role: CaseIterable { case offers, answers }

  @Test(.enabled("run .ci/python first") { PythonPeer.hasEnvironment("rtc") }, arguments: Role.allCases)
  func `aiortc negotiates GCM and decodes the test card and the tone`(role: Role) async throws {
    let connected = try await checkCard(at: try ForeignPeer("aiortc_peer", in: "rtc"), role, withTone: true)
    // It prefers longer keys, but this is the only GCM profile in common.
    #expect(connected["srtp"].string == "SRTP_AEAD_AES_128_GCM")
  }

  @Test(
    .enabled("GStreamer's webrtcbin or its Python binding is not installed") {
      let script = "import gi; gi.require_version('Gst', '1.0'); gi.require_version('GstWebRTC', '1.0')"
      return try await Program("/usr/bin/python3", ["-c", script]).exit(within: .seconds(30)).status == 0
    }, arguments: Role.allCases)
  func `GStreamer's webrtcbin decodes the test card`(role: Role) async throws {
    try await checkCard(at: try ForeignPeer("gstreamer_peer", in: nil), role)
  }

  @Test(
    .enabled("GStreamer's webrtcbin or its Python binding is not installed") {
      let script = "import gi; gi.require_version('Gst', '1.0'); gi.require_version('GstWebRTC', '1.0')"
      return try await Program("/usr/bin/python3", ["-c", script]).exit(within: .seconds(30)).status == 0
    })
  func `GStreamer, which reports every five seconds as RFC 3550 requires, stays connected`() async throws {
    let peer = try ForeignPeer("gstreamer_peer", in: nil)
    let desktop = try await SharedDesktop(.testCard, width: 640, height: 360)
    let connection = try await RTCPeerConnection(.loopback)
    let states = Watched([RTCPeerConnectionState]())
    let events = connection.events
    Task {
      for await event in events {
        if case .connectionstatechange(let state, _) = event { states.update { $0.append(state) } }
      }
    }
    try await connection.addTrack(desktop.track, desktop.stream)
    try await connection.setRemoteDescription(try await peer.answer(try await connection.completeOffer()))
    _ = try await peer.connected()
    _ = try await peer.picture("first")
    try await Task.sleep(for: .seconds(15))
    #expect(states.current.last == .connected && !states.current.contains(.disconnected), "\(states.current)")
    peer.stop()
    await connection.close()
    try await desktop.stop()
  }

  @Test(
    .enabled("Firefox ESR is not installed") { Executables.installed("firefox-esr") != nil }, arguments: Role.allCases)
  func `Firefox shows the test card`(role: Role) async throws {
    let connected = try await checkCard(at: try ForeignPeer("firefox_peer", in: nil), role)
    #expect(connected["browser"].string?.contains("Firefox/") == true)
  }

  /// Expects that the peer decodes the test card, and the tone.
  /// - Returns: the peer's report on the connection.
  @discardableResult
  private func checkCard(at peer: ForeignPeer, _ role: Role, withTone: Bool = false) async throws -> JSON {
    // So few lines that every stack assumes BT.601, which is what is sent.
    let desktop = try await SharedDesktop(.testCard, width: 640, height: 360)
    let connection = try await RTCPeerConnection(.loopback)
    try await connection.addTrack(desktop.track, desktop.stream)
    let source = withTone ? FlashAndBeep(.tone) : nil
    if let source { try await connection.addTrack(source.tone, desktop.stream) }
    switch role {
    case .answers:
      let offer = try await connection.completeOffer()
      try await connection.setRemoteDescription(try await peer.answer(offer))
    case .offers:
      peer.take(try await connection.completeAnswer(to: try await peer.offer()))
    }
    let connected = try await peer.connected()
    let first = try desktop.expectCard(in: try await peer.picture("first"))
    let second = try desktop.expectCard(in: try await peer.picture("second"))
    #expect(second > first)
    if let source {
      let tone = try await peer.tone()
      #expect(abs(tone.hertz - FlashAndBeep.tones.left) < 1 && (14_000...18_000).contains(tone.peak), "\(tone)")
      source.stop()
    }
    peer.stop()
    await connection.close()
    try await desktop.stop()
    return connected
  }
}
