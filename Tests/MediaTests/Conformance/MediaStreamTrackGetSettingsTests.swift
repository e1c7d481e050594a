import Media
import Testing

/// The behaviours of web-platform-tests' mediacapture-streams/MediaStreamTrack-getSettings.https.html, for the settings that
/// are supported here.
@Suite struct MediaStreamTrackGetSettingsTests {
  @Test func `a track and its clone have one device id, and each its own size`() async throws {
    let track = Devices().stream(audio: false).getTracks()[0]
    let clone = track.clone()
    let width = try #require(track.getSettings().width)
    try await clone.applyConstraints(.init(width: .init(exact: width / 2)))
    #expect(clone.getSettings().deviceId == track.getSettings().deviceId)
    #expect(clone.getSettings().width == width / 2)
    #expect(track.getSettings().width == width)
    #expect(Devices().stream(audio: false).getTracks()[0].getSettings().deviceId != track.getSettings().deviceId)
  }

  @Test func `video and audio tracks have all their settings`() throws {
    let stream = Devices().stream()
    let video = stream.getVideoTracks()[0].getSettings()
    #expect(video.width == 640 && video.height == 360)
    #expect(video.aspectRatio == 640.0 / 360)
    #expect(video.frameRate == 30)
    #expect(video.resizeMode?.rawValue == "none")
    #expect(video.deviceId?.isEmpty == false && video.groupId?.isEmpty == false)
    let audio = stream.getAudioTracks()[0].getSettings()
    #expect(audio.sampleRate == 48_000 && audio.channelCount == 2)
    #expect(audio.deviceId?.isEmpty == false && audio.groupId?.isEmpty == false)
    #expect(audio.width == nil && audio.frameRate == nil && audio.resizeMode == nil)
  }
}
