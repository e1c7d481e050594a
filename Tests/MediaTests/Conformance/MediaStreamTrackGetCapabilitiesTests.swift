import Media
import Testing

/// The behaviours of web-platform-tests' mediacapture-streams/MediaStreamTrack-getCapabilities.https.html, for the capabilities
/// that are supported here.
@Suite struct MediaStreamTrackGetCapabilitiesTests {
  @Test func `a video track's capabilities are all sizes and rates up to its own`() throws {
    let capabilities = Devices().stream(audio: false).getTracks()[0].getCapabilities()
    #expect(capabilities.width == 1...640)
    #expect(capabilities.height == 1...360)
    #expect(capabilities.aspectRatio == 640.0 / 360...640.0 / 360)
    #expect(capabilities.frameRate == 0.1...240)
    #expect(Set(capabilities.resizeMode.map(\.rawValue)) == ["none", "crop-and-scale"])
    #expect(capabilities.deviceId?.isEmpty == false)
    #expect(capabilities.groupId?.isEmpty == false)
    #expect(capabilities.sampleRate == nil && capabilities.channelCount == nil)
  }

  @Test func `an audio track's capabilities are its settings`() throws {
    let capabilities = Devices().stream(video: false).getTracks()[0].getCapabilities()
    #expect(capabilities.sampleRate == 48_000...48_000)
    #expect(capabilities.channelCount == 2...2)
    #expect(capabilities.deviceId?.isEmpty == false)
    #expect(capabilities.groupId?.isEmpty == false)
    #expect(capabilities.width == nil && capabilities.resizeMode.isEmpty)
  }
}
