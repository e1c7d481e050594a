import Media
import Testing

/// The behaviour of web-platform-tests' mediacapture-streams/MediaStreamTrack-init.https.html.
@Suite struct MediaStreamTrackInitTests {
  @Test func `a new track is live, enabled and unmuted, and of its source's kind`() {
    let stream = Devices().stream()
    #expect(stream.getVideoTracks().count == 1)
    for track in stream.getTracks() {
      #expect(track.readyState == .live)
      #expect(track.enabled)
      #expect(!track.muted)
      #expect(track.getConstraints() == MediaTrackConstraints())
    }
    #expect(stream.getTracks().map(\.kind) == [.video, .audio])
  }

  @Test func `a track of an ended source ends`() async throws {
    let sound = PCMSource()
    sound.end()
    let track = MediaStreamTrack(source: sound, label: "sound")
    _ = await track.events.all()
    #expect(track.readyState == .ended)
  }
}
