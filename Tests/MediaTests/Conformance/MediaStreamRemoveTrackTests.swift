import Media
import Testing

/// The behaviours of web-platform-tests' mediacapture-streams/MediaStream-removetrack.https.html, without media elements.
@Suite struct MediaStreamRemoveTrackTests {
  @Test
  func `removetrack is sent only for a remote peer, another stream's track is no error, removed tracks stay live`()
    async
  {
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
    // Without a live track the stream sends `ended`, as early versions of the specification say.
    #expect(names == ["ended", "removetrack"])
  }
}
