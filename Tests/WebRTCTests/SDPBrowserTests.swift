import Harness
import RTP
import SDP
import JSEP
import Testing

/// Offers and answers exchanged with a real browser, which rejects invalid ones. No packet is sent.
@Suite(.enabled(if: Chromium.isInstalled)) struct SDPBrowserTests {
  @Test(arguments: [RTCBundlePolicy.balanced, .maxCompat, .maxBundle])
  func `a browser accepts each offer of Oriel's, and Oriel its answer`(policy: RTCBundlePolicy) async throws {
    let browser = try await Chromium()
    for direction in RTPTransceiverDirection.allCases {
      var side = try await SDPBrowserSide(browser, bundlePolicy: policy)
      for (kind, track) in [(RTPMediaKind.audio, "sound"), (.video, "screen"), (.video, "window")] {
        _ = try side.own.addTransceiver(kind, direction: direction, trackID: track, streams: ["desk"])
      }
      try await side.offer()
      try await side.expectAgreement()
      #expect(side.own.media.count == 3)
      #expect(side.own.transports.count == 1)
      #expect(side.own.media.allSatisfy { $0.direction.sends == direction.sends })
      // The browser has no tracks, so Chromium answers inactive or recvonly.
      let wanted = side.own.media.allSatisfy { !$0.direction.receives }
      #expect(wanted)
      try await side.close()
    }
    try await browser.close()
  }

  @Test(arguments: [
    "pc.addTransceiver('audio'); pc.addTransceiver('video');",
    "pc.addTransceiver('video', {direction: 'recvonly'}); pc.createDataChannel('chat');",
    "pc.createDataChannel('chat'); pc.addTransceiver('video', {direction: 'recvonly'});",
    "pc.addTransceiver('video', {sendEncodings: [{rid: 'h'}, {rid: 'q'}]});",
    "pc.addTransceiver('video', {direction: 'inactive'}); pc.addTransceiver('video');",
    "pc.addTransceiver('video').setCodecPreferences(RTCRtpReceiver.getCapabilities('video').codecs.reverse());",
  ])
  func `a browser accepts the answer to each of its offers`(setUp: String) async throws {
    let browser = try await Chromium()
    for policy in ["balanced", "max-compat", "max-bundle"] {
      var side = try await SDPBrowserSide(browser, configuration: "{bundlePolicy: '\(policy)'}")
      _ = try side.own.addTrack(.video, trackID: "screen", streams: ["desk"])
      try await side.run(setUp)
      try await side.takeOffer()
      try await side.expectAgreement()
      #expect(side.own.transports.count == 1)
      // Another offer, from this side, with one more m-line.
      _ = try side.own.addTransceiver(.audio, direction: .sendonly, trackID: "sound", streams: ["desk"])
      try await side.offer(iceRestart: true)
      try await side.expectAgreement()
      try await side.close()
    }
    try await browser.close()
  }

  @Test func `an m-line without a common codec is rejected, and its slot reused as a browser accepts`() async throws {
    let browser = try await Chromium()
    var side = try await SDPBrowserSide(browser)
    try await side.run(
      """
      const codecs = RTCRtpReceiver.getCapabilities('video').codecs.filter(codec => codec.mimeType == 'video/H264');
      if (!codecs.length) throw 'no H.264 to offer';
      pc.addTransceiver('video').setCodecPreferences(codecs);
      pc.addTransceiver('audio');
      """)
    try await side.takeOffer()
    try await side.expectAgreement()
    #expect(side.own.media.map(\.kind) == [.audio])
    // Its slot stays empty, since it precedes the bundle's first m-line; later slots are reused.
    for slot in [2, 2] {
      let id = try side.own.addTransceiver(.video, direction: .sendonly, trackID: "screen")
      try await side.offer()
      try await side.expectAgreement()
      #expect(side.own.media.map(\.mLineIndex) == [1, slot])
      try side.own.stop(id)
      try await side.offer()
      try await side.expectAgreement()
      #expect(side.own.transports.map(\.id.rawValue) == [0])
    }
    try await side.close()
    try await browser.close()
  }

  @Test func `offers of both sides at once are resolved with either side as the polite one`() async throws {
    let browser = try await Chromium()
    var side = try await SDPBrowserSide(browser)
    _ = try side.own.addTrack(.video, trackID: "screen", streams: ["desk"])
    try await side.run("pc.addTransceiver('video', {direction: 'recvonly'}); pc.addTransceiver('audio');")
    try await side.glare(isPolite: true)
    try await side.expectAgreement()
    #expect(side.own.media.map(\.direction) == [.sendonly, .recvonly])
    _ = try side.own.addTransceiver(.audio, direction: .sendonly, trackID: "sound")
    try await side.run("pc.addTransceiver('audio');")
    try await side.glare(isPolite: false)
    try await side.expectAgreement()
    // The browser's rolled-back offer is made again.
    try await side.takeOffer()
    try await side.expectAgreement()
    #expect(side.own.media.count == 4)
    try await side.close()
    try await browser.close()
  }

  @Test(arguments: [1, 2, 6, 12] as [UInt64])
  func `both sides agree after each of 25 rounds of random changes`(seed: UInt64) async throws {
    let browser = try await Chromium()
    var side = try await SDPBrowserSide(browser, seed: seed)
    var generator = SeededRandom(seed: seed)
    for _ in 0..<25 {
      for _ in 0..<Int.random(in: 1...3, using: &generator) { try await side.change(&generator) }
      switch Int.random(in: 0..<8, using: &generator) {
      case 0, 1, 2: try await side.offer(iceRestart: Int.random(in: 0..<3, using: &generator) == 0)
      case 3, 4: try await side.takeOffer()
      case 5: try await side.glare(isPolite: true)
      case 6: try await side.glare(isPolite: false)
      default:
        try await side.rollBack()
        try await side.offer()
      }
      try await side.expectAgreement()
    }
    try await side.close()
    try await browser.close()
  }
}
