import Media
import Testing

/// The behaviour of web-platform-tests' mediacapture-streams/MediaStream-finished-add.https.html.
@Suite struct MediaStreamFinishedAddTests {
  @Test func `an inactive stream becomes active when a live track is added`() {
    let devices = Devices()
    let (audio, video) = (devices.stream(video: false), devices.stream(audio: false))
    video.getVideoTracks()[0].stop()
    #expect(!video.active)
    #expect(audio.active)
    video.addTrack(audio.getAudioTracks()[0])
    #expect(video.active)
    video.removeTrack(video.getVideoTracks()[0])
    #expect(video.active)
    #expect(video.getTracks().map(\.kind) == [.audio])
  }
}
