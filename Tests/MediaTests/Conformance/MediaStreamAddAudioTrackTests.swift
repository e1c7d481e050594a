import Media
import Testing

/// The behaviours of web-platform-tests' mediacapture-streams/MediaStream-add-audio-track.https.html.
@Suite struct MediaStreamAddAudioTrackTests {
  @Test func `a track is added once; addtrack is sent only for a remote peer's track`() async {
    let devices = Devices()
    var audio: MediaStream? = devices.stream(video: false)
    let video = devices.stream(audio: false)
    let events = audio!.events
    let sound = audio!.getAudioTracks()[0]
    #expect(video.getAudioTracks().isEmpty)
    video.addTrack(sound)
    video.addTrack(sound)
    #expect(video.getAudioTracks().count == 1)
    #expect(video.getTrackById(sound.id) === sound)

    audio!.addTrack(video.getVideoTracks()[0])
    #expect(audio!.getVideoTracks().count == 1)
    let remote = MediaStreamTrack(source: PCMSource(), label: "remote")
    audio!.addRemoteTrack(remote)
    audio!.addRemoteTrack(remote)
    #expect(audio!.getTracks().count == 3)
    audio = nil
    let heard = await events.all().compactMap { if case .addtrack(let track) = $0 { track.id } else { nil } }
    #expect(heard == [remote.id])
  }
}
