import Media
import Recording
import Testing

/// The behaviours of web-platform-tests' mediacapture-record/MediaRecorder-stop.html.
///
/// Two of them need a single thread that nothing else runs on: that an error is never told when `stop()` is called in the same
/// breath as what caused it.
@Suite(.timeLimit(.minutes(1))) struct MediaRecorderStopTests {
  @Test func `when all tracks have ended the recording ends, in its own time`() async throws {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    streams.stream.getTracks()[0].stop()
    try await log.heard("stop")
    #expect(recorder.state == .inactive)
    #expect(log.names == ["start", "dataavailable", "stop"])
    // A second stop is none.
    recorder.stop()
    try recorder.requestDataMustFail()
    #expect(log.names.count == 3)
  }

  @Test func `the recording of both goes on until the last of them has ended`() async throws {
    for isSoundFirst in [true, false] {
      let streams = Streams(audio: true)
      let recorder = try MediaRecorder(streams.stream)
      let log = RecorderLog(recorder)
      try recorder.start()
      try await log.heard("start")
      let tracks = streams.stream.getAudioTracks() + streams.stream.getVideoTracks()
      let (first, last) = (tracks[isSoundFirst ? 0 : 1], tracks[isSoundFirst ? 1 : 0])
      first.stop()
      try recorder.requestData()
      try await log.heard("dataavailable")
      #expect(recorder.state == .recording)
      last.stop()
      try await log.heard("stop")
      #expect(recorder.state == .inactive && log.errors.isEmpty)
      #expect(log.names == ["start", "dataavailable", "dataavailable", "stop"])
    }
  }

  @Test func `a clone that lives on does not keep the recording of a stopped track going`() async throws {
    let streams = Streams()
    let track = streams.stream.getTracks()[0]
    let clone = track.clone()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    try await log.heard("start")
    track.stop()
    try await log.heard("stop")
    #expect(log.names == ["start", "dataavailable", "stop"])
    #expect(clone.readyState == .live)
    let second = try MediaRecorder(MediaStream([clone]))
    let secondLog = RecorderLog(second)
    try second.start()
    try await secondLog.heard("start")
    second.stop()
    try await secondLog.heard("stop")
    #expect(try Recorded(secondLog.data).isInOrder)
  }

  @Test func `stop is at once, start is told all the same, and stopping what does not run does nothing`() async throws {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    recorder.stop()
    try recorder.start()
    recorder.stop()
    #expect(recorder.state == .inactive)
    try await log.heard("stop")
    recorder.stop()
    #expect(log.names == ["start", "dataavailable", "stop"])
  }

  @Test func `a track removed in the same breath as start: start, error, data, stop`() async throws {
    let streams = Streams(audio: true)
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    streams.stream.removeTrack(streams.stream.getAudioTracks()[0])
    try await log.heard("stop")
    #expect(log.names == ["start", "error", "dataavailable", "stop"])
  }

  @Test func `with a timeslice of nothing, data comes with each frame`() async throws {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start(.blobs(timeslice: 0))
    try await log.heard("dataavailable")
    recorder.stop()
    try await log.heard("stop")
    #expect(log.names.first == "start" && log.names.last == "stop")
    #expect(Set(log.names) == ["start", "dataavailable", "stop"])
    #expect(try Recorded(log.data).isInOrder)
  }
}

extension MediaRecorder {
  fileprivate func requestDataMustFail() throws {
    #expect(errorName { try requestData() } == "InvalidStateError")
  }
}
