import Media
import Recording
import Testing

/// The behaviours of web-platform-tests' mediacapture-record/MediaRecorder-stop.html.
///
/// Without two that need a single-threaded event loop: that no error is sent when `stop()` is called right after its
/// cause.
@Suite(.timeLimit(.minutes(1))) struct MediaRecorderStopTests {
  @Test func `the recording ends when all tracks have ended`() async throws {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    streams.stream.getTracks()[0].stop()
    try await log.received("stop")
    #expect(recorder.state == .inactive)
    #expect(log.names == ["start", "dataavailable", "stop"])
    // A second `stop` has no effect.
    recorder.stop()
    try recorder.requestDataMustFail()
    #expect(log.names.count == 3)
  }

  @Test func `a recording of video and sound continues until both tracks have ended`() async throws {
    for isSoundFirst in [true, false] {
      let streams = Streams(audio: true)
      let recorder = try MediaRecorder(streams.stream)
      let log = RecorderLog(recorder)
      try recorder.start()
      try await log.received("start")
      let tracks = streams.stream.getAudioTracks() + streams.stream.getVideoTracks()
      let (first, last) = (tracks[isSoundFirst ? 0 : 1], tracks[isSoundFirst ? 1 : 0])
      first.stop()
      try recorder.requestData()
      try await log.received("dataavailable")
      #expect(recorder.state == .recording)
      last.stop()
      try await log.received("stop")
      #expect(recorder.state == .inactive && log.errors.isEmpty)
      #expect(log.names == ["start", "dataavailable", "dataavailable", "stop"])
    }
  }

  @Test func `the recording of a stopped track ends although a clone is live`() async throws {
    let streams = Streams()
    let track = streams.stream.getTracks()[0]
    let clone = track.clone()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    try await log.received("start")
    track.stop()
    try await log.received("stop")
    #expect(log.names == ["start", "dataavailable", "stop"])
    #expect(clone.readyState == .live)
    let second = try MediaRecorder(MediaStream([clone]))
    let secondLog = RecorderLog(second)
    try second.start()
    try await secondLog.received("start")
    second.stop()
    try await secondLog.received("stop")
    #expect(try Recorded(secondLog.data).isInOrder)
  }

  @Test func `stop right after start sends start, data and stop; stopping an inactive recorder does nothing`()
    async throws
  {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    recorder.stop()
    try recorder.start()
    recorder.stop()
    #expect(recorder.state == .inactive)
    try await log.received("stop")
    recorder.stop()
    #expect(log.names == ["start", "dataavailable", "stop"])
  }

  @Test func `removing a track right after start sends start, error, dataavailable and stop`() async throws {
    let streams = Streams(audio: true)
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    streams.stream.removeTrack(streams.stream.getAudioTracks()[0])
    try await log.received("stop")
    #expect(log.names == ["start", "error", "dataavailable", "stop"])
  }

  @Test func `a timeslice of 0 sends data before stop`() async throws {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start(.blobs(timeslice: 0))
    try await log.received("dataavailable")
    recorder.stop()
    try await log.received("stop")
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
