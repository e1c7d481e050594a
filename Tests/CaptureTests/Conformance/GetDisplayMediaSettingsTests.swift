import Capture
import Media
import TestSupport
import Testing

/// The behaviours of web-platform-tests' screen-capture/getdisplaymedia-settings.https.html, and of its capabilities.
@Suite(.timeLimit(.minutes(1))) struct GetDisplayMediaSettingsTests {
  @Test func `settings and capabilities have the surface, the cursor and the size`() async throws {
    let server = try await XServer()
    let options = DisplayMediaStreamOptions(
      display: server.display, surface: .region(.init(x: 10, y: 20, width: 320, height: 200)))
    let track = try await MediaDevices.getDisplayMedia(options).getTracks()[0]
    let settings = track.getSettings()
    #expect(settings.width == 320 && settings.height == 200 && settings.aspectRatio == 1.6)
    #expect(settings.displaySurface == .monitor)
    #expect(settings.cursor == .always)
    #expect(settings.frameRate == 30)
    #expect(settings.resizeMode == .native)
    let capabilities = track.getCapabilities()
    #expect(capabilities.width == 1...320 && capabilities.height == 1...200)
    #expect(capabilities.frameRate == 0.1...240)
    #expect(capabilities.displaySurface == .monitor)
    #expect(capabilities.cursor == CursorCapture.allCases)
    #expect(capabilities.deviceId == settings.deviceId)
    // The device id identifies the surface.
    let again = try await MediaDevices.getDisplayMedia(options).getTracks()[0]
    #expect(again.getSettings().deviceId == settings.deviceId)
    let desktop = try await MediaDevices.getDisplayMedia(.init(display: server.display)).getTracks()[0]
    #expect(desktop.getSettings().deviceId != settings.deviceId)
    #expect(desktop.getSettings().groupId == settings.groupId)
  }

  @Test func `the cursor constraint shows and hides the pointer in a running capture`() async throws {
    let server = try await XServer()
    let painter = try Painter(server)
    painter.fill(PixelRect(x: 0, y: 0, width: 640, height: 480), 0x336699)
    painter.setPointer(bits: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], hotspotX: 0, hotspotY: 0)
    painter.movePointer(200, 100)
    let track = try await MediaDevices.getDisplayMedia(
      .init(display: server.display, video: .constrained(.init(cursor: .bare(.never))))
    ).getTracks()[0]
    #expect(track.getSettings().cursor == .never)
    let sink = PictureSink()
    try #require(track.source as? any VideoSource).attach(sink)
    try await eventually("the first picture") { sink.frames.count == 1 }
    #expect(sink.pixel(203, 103) == 0x336699)
    try await track.applyConstraints(.init(cursor: .exact(.always)))
    #expect(track.getSettings().cursor == .always)
    try await eventually("the pointer") { sink.pixel(203, 103) == 0xff0000 }
    try await track.applyConstraints(.init(cursor: .bare(.never)))
    try await eventually("no pointer") { sink.pixel(203, 103) == 0x336699 }
    track.stop()
  }
}
