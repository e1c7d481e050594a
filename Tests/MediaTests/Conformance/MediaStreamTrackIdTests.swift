import Media
import Testing

/// The behaviour of web-platform-tests' mediacapture-streams/MediaStreamTrack-id.https.html.
@Suite struct MediaStreamTrackIdTests {
  @Test func `every track and stream has a unique id of 36 characters`() {
    let devices = Devices()
    let streams = (0..<20).map { _ in devices.stream() }
    let ids = streams.map(\.id) + streams.flatMap { $0.getTracks().map(\.id) }
    #expect(Set(ids).count == 60)
    #expect(ids.allSatisfy { $0.count == 36 })
  }
}
