import Harness
import Media
import Recording
import RoomProtocol
import Rooms
import Sharing
import Testing
import WebRTC

/// A share with sound, in the page of its room.
@Suite(.serialized, .enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct SoundShareTests {
  /// The amplitude of the left channel's tone in the page's output: half the original, since both channels are mixed.
  private static let amplitude = """
    (() => {
      const samples = new Float32Array(16384);
      analyser.getFloatTimeDomainData(samples);
      let [real, imaginary, weight] = [0, 0, 0];
      samples.forEach((sample, index) => {
        const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / samples.length);
        const phase = (2 * Math.PI * \(FlashAndBeep.tones.left) * index) / 48000;
        real += sample * window * Math.cos(phase);
        imaginary += sample * window * Math.sin(phase);
        weight += window;
      });
      return (2 * Math.hypot(real, imaginary)) / weight;
    })()
    """

  @Test
  func `the page plays sound after a click, silence while muted or paused, and sound with a replaced picture`()
    async throws
  {
    let server = RoomServer(RoomServerConfiguration())
    let port = try await server.start()
    let browser = try await Chromium(arguments: ["--allow-loopback-in-peer-connection"])
    let source = FlashAndBeep(.tone)
    var configuration = RTCConfiguration()
    configuration.localAddresses = ["127.0.0.1"]
    let room = RoomClient(
      SocketIOClientConfiguration(url: "http://127.0.0.1:\(port)"), room: "sound",
      RoomJoin(role: .publisher, name: "Paula"))
    let share = await ScreenShare(source.stream, in: room, configuration: configuration)
    try await share.start()

    let page = browser.page
    try await page.navigate(to: "http://127.0.0.1:\(port)/room/sound")
    let button = "document.querySelector('.unmute')"
    try await page.until("!\(button).hidden", within: .seconds(30))
    #expect(try await page.evaluate("document.querySelector('video').muted") == true)
    try await page.evaluate("\(button).click()")
    #expect(try await page.evaluate("document.querySelector('video').muted || !\(button).hidden") == false)
    try await page.evaluate(
      """
      (async () => {
        const context = new AudioContext({ sampleRate: 48000 });
        await context.resume();
        globalThis.analyser = new AnalyserNode(context, { fftSize: 16384 });
        context.createMediaStreamSource(document.querySelector("video").srcObject).connect(analyser);
      })()
      """)
    let tone = "\(Self.amplitude) > 0.22"
    let silence = "\(Self.amplitude) < 0.0001"
    try await page.until(tone, within: .seconds(30))

    let frames = "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames"
    await share.setMuted(true)
    try await page.until("document.querySelector('.notice').innerText === 'The presenter has muted the sound.'")
    try await page.until(silence, within: .seconds(30))
    let shown = try await page.evaluate(frames).int ?? 0
    try await page.until("\(frames) > \(shown + 2)")
    // After a pause the sound is still muted.
    await share.setPaused(true)
    try await page.until("document.querySelector('.words h2').innerText === 'Paused'")
    await share.setPaused(false)
    #expect(source.picture.enabled && !source.tone.enabled)
    await share.setMuted(false)
    try await page.until("document.querySelector('.notice').hidden")
    try await page.until(tone, within: .seconds(30))
    await share.setPaused(true)
    #expect(!source.picture.enabled && !source.tone.enabled)
    try await page.until(silence, within: .seconds(30))
    await share.setPaused(false)
    try await page.until(tone, within: .seconds(30))

    // As with `replaceTrack`, the stream does not change, and its recording goes on.
    let recorder = try MediaRecorder(source.stream)
    try recorder.start()
    let other = Canvas(width: 480, height: 200).captureStream().getVideoTracks()[0]
    await share.replace(source.picture, with: other)
    let isOther = "document.querySelector('video').videoWidth === 480"
    try await page.until(isOther, within: .seconds(30))
    try await page.until(tone, within: .seconds(30))
    #expect(source.stream.getTracks().map(\.id) == [source.picture.id, source.tone.id])
    #expect(await share.tracks.map(\.id) == [other.id, source.tone.id])
    let recorded = recorder.statistics.framesEncoded
    while recorder.statistics.framesEncoded <= recorded + 3 { try await Task.sleep(for: .milliseconds(20)) }
    #expect(recorder.state == .recording)
    recorder.stop()
    let viewer = try #require(await share.viewerStatistics.first)
    #expect(viewer.isConnected && viewer.bytesSent > 20_000)
    // A viewer who joins later gets the replacement, too.
    try await page.navigate(to: "http://127.0.0.1:\(port)/room/sound?again")
    try await page.until(isOther, within: .seconds(30))
    #expect(page.problems == [])
    await share.stop()
    try await browser.close()
    await server.shutdown()
    other.stop()
    source.stop()
  }
}
