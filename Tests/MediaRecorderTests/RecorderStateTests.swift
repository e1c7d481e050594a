import Encoding
import Media
import Synthetic
import Testing

@testable import Recording

/// States, events and errors of the W3C's specification.
@Suite(.timeLimit(.minutes(2)))
struct RecorderStateTests {
  @Test func `a recording sends start, dataavailable and stop, and is inactive right after stop`() async throws {
    let studio = try Studio()
    #expect(studio.recorder.state == .inactive)
    try studio.recorder.start()
    #expect(studio.recorder.state == .recording)
    try await studio.log.received("start")
    studio.recorder.stop()
    #expect(studio.recorder.state == .inactive)
    try await studio.log.received("stop")
    #expect(studio.log.names == ["start", "dataavailable", "stop"])
    #expect(studio.log.blobs[0].timecode == 0)
  }

  @Test func `mimeType is empty until start is sent, then the recorded type`() async throws {
    let studio = try Studio(isShown: false)
    try studio.recorder.start()
    #expect(studio.recorder.mimeType == "")
    studio.repaint(2)
    try await studio.log.received("start")
    #expect(studio.recorder.mimeType == "video/webm;codecs=vp8")
    studio.recorder.stop()
    try await studio.log.received("stop")
    #expect(studio.recorder.mimeType == "video/webm;codecs=vp8")
  }

  @Test func `pause, resume and requestData while inactive are InvalidStateErrors, and stop does nothing`() throws {
    let studio = try Studio()
    studio.recorder.stop()
    for act in [studio.recorder.pause, studio.recorder.resume, studio.recorder.requestData] {
      #expect { try act() } throws: { ($0 as? MediaRecorderError)?.name == "InvalidStateError" }
    }
    #expect(studio.recorder.state == .inactive)
    #expect(studio.log.names.isEmpty)
  }

  @Test func `starting twice is an InvalidStateError, also while paused`() async throws {
    let studio = try Studio()
    try studio.recorder.start()
    #expect { try studio.recorder.start() } throws: { ($0 as? MediaRecorderError)?.name == "InvalidStateError" }
    try studio.recorder.pause()
    #expect { try studio.recorder.start() } throws: { ($0 as? MediaRecorderError)?.name == "InvalidStateError" }
    #expect(studio.recorder.state == .paused)
    studio.recorder.stop()
    try await studio.log.received("stop")
  }

  @Test func `repeated pauses and resumes do nothing`() async throws {
    let studio = try Studio()
    try studio.recorder.start()
    try await studio.log.received("start")
    try studio.recorder.resume()
    #expect(studio.recorder.state == .recording)
    for _ in 0..<3 { try studio.recorder.pause() }
    #expect(studio.recorder.state == .paused)
    for _ in 0..<3 { try studio.recorder.resume() }
    #expect(studio.recorder.state == .recording)
    studio.recorder.stop()
    studio.recorder.stop()
    try await studio.log.received("stop")
    #expect(studio.log.names == ["start", "pause", "resume", "dataavailable", "stop"])
  }

  @Test func `starting without a live track is a NotSupportedError`() async throws {
    let empty = try MediaRecorder(MediaStream())
    #expect { try empty.start() } throws: { ($0 as? MediaRecorderError)?.name == "NotSupportedError" }
    let studio = try Studio()
    studio.track.stop()
    #expect { try studio.recorder.start() } throws: { ($0 as? MediaRecorderError)?.name == "NotSupportedError" }
    #expect(studio.recorder.state == .inactive)
  }

  static let types: [(String, Bool)] = [
    ("", true), ("video/webm", true), ("VIDEO/WebM", true), ("video/webm;codecs=vp8", true),
    ("video/webm; codecs=\"vp8\"", true), ("video/webm;codecs=VP8", true), ("video/webm;codecs=vp8.0", true),
    ("video/webm;codecs=vp8,vp8", false), ("video/webm;codecs=vp9", false), ("video/webm;codecs=vp8,vp9", false),
    ("video/webm;codecs=vp8,nonsense", false), ("video/mp4", false), ("video/x-matroska", false), ("nonsense", false),
    ("video", false), (";codecs=vp8", false), ("video/webm;nonsense", false), ("video/webm;;", false),
  ]

  @Test(arguments: types)
  func `isTypeSupported is true exactly for the types that init accepts`(type: String, isSupported: Bool) throws {
    #expect(MediaRecorder.isTypeSupported(type) == isSupported)
    var options = MediaRecorderOptions()
    options.mimeType = type
    if isSupported {
      #expect(try MediaRecorder(MediaStream(), options).state == .inactive)
    } else {
      #expect { _ = try MediaRecorder(MediaStream(), options) } throws: {
        ($0 as? MediaRecorderError)?.name == "NotSupportedError"
      }
    }
  }

  @Test func `a failing encoder sends error, dataavailable and stop`() async throws {
    var options = MediaRecorderOptions()
    options.encoding.canvas = PixelSize(width: 20_000, height: 16)
    let studio = try Studio(options)
    try studio.recorder.start()
    try await studio.log.received("stop")
    #expect(studio.log.names == ["error", "dataavailable", "stop"])
    #expect(studio.log.errors.map(\.name) == ["UnknownError"])
    #expect(studio.recorder.state == .inactive)
  }

  @Test func `stop immediately followed by start gives separate whole recordings`() async throws {
    let studio = try Studio()
    try studio.recorder.start()
    try await studio.log.received("start")
    for _ in 0..<5 {
      studio.recorder.stop()
      try studio.recorder.start()
      #expect(studio.recorder.state == .recording)
    }
    try await studio.log.received("start", 6)
    studio.repaint(3)
    studio.recorder.stop()
    try await studio.log.received("stop", 6)
    #expect(studio.log.names.count == 18)
    for index in studio.log.names.indices {
      #expect(studio.log.names[index] == ["start", "dataavailable", "stop"][index % 3])
    }
    #expect(try Recorded(studio.log.blobs[0].data).isInOrder)
    #expect(try Recorded(studio.log.blobs[5].data).isInOrder)
    #expect(studio.recorder.state == .inactive)
    #expect(studio.source.sinkCount == 0)
  }

  @Test func `start and stop from many threads leave nothing running`() async throws {
    let studio = try Studio()
    let begun = await withTaskGroup { group in
      for worker in 0..<4 {
        group.addTask {
          var begun = 0
          for round in 0..<30 {
            switch (worker + round) % 5 {
            case 0, 1: if (try? studio.recorder.start()) != nil { begun += 1 }
            case 2: studio.recorder.stop()
            case 3: try? studio.recorder.pause()
            default: try? studio.recorder.resume()
            }
            await Task.yield()
          }
          return begun
        }
      }
      return await group.reduce(0, +)
    }
    studio.recorder.stop()
    #expect(studio.recorder.state == .inactive)
    try studio.recorder.start()
    studio.recorder.stop()
    // Every recording sends start and stop, the last one last.
    try await studio.log.received("stop", begun + 1)
    #expect(studio.log.names.count { $0 == "start" } == begun + 1)
    #expect(studio.log.names.count { $0 == "stop" } == begun + 1)
    #expect(studio.log.errors.isEmpty)
  }
}
