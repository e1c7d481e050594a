import Media
import Testing

/// The behaviours of web-platform-tests' mediacapture-streams/MediaStream-clone.https.html.
@Suite struct MediaStreamCloneTests {
  @Test func `a stream's clone has clones of its tracks, which end independently`() throws {
    let devices = Devices()
    let stream = devices.stream()
    let first = stream.clone()
    #expect(first.id != stream.id)
    #expect(first.getAudioTracks().count == 1 && first.getVideoTracks().count == 1)
    #expect(Set(first.getTracks().map(\.id)).isDisjoint(with: stream.getTracks().map(\.id)))

    for track in stream.getTracks() { track.stop() }
    #expect(!stream.active)
    #expect(stream.getTracks().allSatisfy { $0.readyState == .ended })
    #expect(first.active)
    #expect(first.getTracks().allSatisfy { $0.readyState == .live })

    first.getAudioTracks()[0].stop()
    #expect(first.active)
    let second = first.clone()
    #expect(second.active)
    #expect(second.getAudioTracks()[0].readyState == .ended)
    #expect(second.getVideoTracks()[0].readyState == .live)

    first.getVideoTracks()[0].stop()
    second.getVideoTracks()[0].stop()
    let third = second.clone()
    #expect(!third.active)
    #expect(third.getTracks().allSatisfy { $0.readyState == .ended })
    let names = [stream, first, second, third].flatMap { $0.getTracks().map(\.id) }
    #expect(Set(names).count == 8)
  }

  @Test func `a clone stays live after its track ends, and makes the stream active again`() {
    let stream = Devices().stream()
    let originals = stream.getTracks()
    let clones = originals.map { $0.clone() }
    for track in originals { track.stop() }
    #expect(!stream.active)
    #expect(clones.allSatisfy { $0.readyState == .live })
    for clone in clones { stream.addTrack(clone) }
    #expect(stream.active)
    for track in stream.getTracks() { track.stop() }
    #expect(!stream.active)
    #expect(clones.allSatisfy { $0.readyState == .ended })
  }

  @Test func `the source ends with the last of its tracks`() async {
    let sound = PCMSource()
    let events = sound.events.listen()
    let track = MediaStreamTrack(source: sound, label: "sound")
    track.enabled = false
    let clone = track.clone()
    #expect(!clone.enabled)
    #expect(clone.label == track.label && clone.kind == track.kind)
    #expect(clone.getSettings().deviceId == track.getSettings().deviceId)
    let log = SoundLog()
    sound.attach(log)
    track.stop()
    sound.push([0, 0])
    #expect(log.count == 1)
    clone.stop()
    sound.push([0, 0])
    #expect(log.count == 1)
    #expect(log.hasEnded)
    #expect(await events.all() == [.ended(.stopped)])
    // A track that is released without being stopped does not keep the source alive.
    let other = PCMSource()
    var released: MediaStreamTrack? = MediaStreamTrack(source: other, label: "sound")
    let kept = released!.clone()
    released = nil
    kept.stop()
    let late = SoundLog()
    other.attach(late)
    #expect(late.hasEnded)
  }
}
