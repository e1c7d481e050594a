import Media
import Testing

/// The behaviours of web-platform-tests' mediacapture-streams/MediaStream-removetrack.https.html, but for the media elements'.
@Suite struct MediaStreamRemoveTrackTests {
  @Test func `a program's own removals are no event, a stranger's track is no error, and tracks live on`() async {
    let devices = Devices()
    var stream: MediaStream? = devices.stream()
    let events = stream!.events
    let other = Devices().stream(video: false)
    let tracks = stream!.getTracks()
    #expect(tracks.count == 2)
    stream!.removeTrack(stream!.getVideoTracks()[0])
    #expect(stream!.getTracks().count == 1)
    #expect(stream!.active)
    stream!.removeTrack(other.getTracks()[0])
    #expect(stream!.getTracks().count == 1)
    stream!.removeRemoteTrack(stream!.getAudioTracks()[0])
    #expect(stream!.getTracks().isEmpty)
    #expect(tracks.allSatisfy { $0.readyState == .live })
    stream = nil
    let names = await events.all().map { event in
      switch event {
      case .addtrack: "addtrack"
      case .removetrack: "removetrack"
      case .ended: "ended"
      }
    }
    // Without a live track the stream is over, as `onended` once told.
    #expect(names == ["ended", "removetrack"])
  }
}
