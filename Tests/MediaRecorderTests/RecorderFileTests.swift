import Foundation
import Glibc
import Harness
import Media
import Synthetic
import Testing
import WebM

@testable import Encoding
@testable import Recording

/// Files and pipes, with and without errors.
@Suite(.timeLimit(.minutes(2)))
struct RecorderFileTests {
  @Test func `an encoder that cannot start leaves no file`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("recording.webm")
    var options = MediaRecorderOptions()
    // Wider than VP8 supports.
    options.encoding.canvas = PixelSize(width: 20000, height: 16)
    let studio = try Studio(options)
    try studio.recorder.start(.file(path: file.path))
    try await studio.log.received("stop")
    #expect(studio.log.names == ["error", "stop"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
  }

  @Test func `a descriptor gets a seekable recording at its position, with O_APPEND a stream`()
    async throws
  {
    for (flags, isSeekable) in [(Int32(0), true), (O_APPEND, false)] {
      let folder = try TemporaryDirectory()
      let file = folder.file("recording.webm")
      let descriptor = open(file.path, O_WRONLY | O_CREAT | flags, 0o600)
      #expect(write(descriptor, "before", 6) == 6)
      let studio = try Studio()
      try studio.recorder.start(.descriptor(descriptor, name: "a file"))
      try await studio.log.received("start")
      try await studio.paintUntilEncoded(5)
      studio.recorder.stop()
      try await studio.log.received("stop")
      #expect(write(descriptor, "after", 5) == 5)
      close(descriptor)
      let data = [UInt8](try Data(contentsOf: file))
      #expect(data.starts(with: Array("before".utf8)) && data.suffix(5) == Array("after".utf8)[...])
      let recorded = try Recorded(Array(data.dropFirst(6).dropLast(5)))
      #expect(recorded.blocks.count == studio.recorder.statistics.framesEncoded)
      #expect((recorded.duration != nil) == isSeekable)
      #expect(!recorded.cues.isEmpty == isSeekable)
    }
  }

  @Test func `a file has mode 0600, is seekable and contains all encoded frames`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("recording.webm")
    let studio = try Studio()
    try studio.recorder.start(.file(path: file.path))
    try await studio.log.received("start")
    try await studio.paintUntilEncoded(10)
    studio.recorder.stop()
    try await studio.log.received("stop")
    // A file's recording sends no blobs.
    #expect(studio.log.names == ["start", "stop"])
    let data = [UInt8](try Data(contentsOf: file))
    let recorded = try Recorded(data)
    #expect(recorded.isInOrder)
    #expect(recorded.truncation == nil)
    #expect(!recorded.cues.isEmpty)
    #expect(recorded.blocks.count == studio.recorder.statistics.framesEncoded)
    #expect(UInt64(data.count) == studio.recorder.statistics.bytes)
    let duration = try #require(recorded.duration)
    #expect(abs(duration.seconds - studio.recorder.statistics.durationSeconds) < 0.002)
    #expect(duration >= recorded.blocks.last!.time)
    var status = stat()
    #expect(stat(file.path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(try await studio.similarity(of: data) > 0.97)
  }

  @Test func `a file has key frames at seekInterval, each in its index`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("recording.webm")
    var options = MediaRecorderOptions()
    options.encoding.seekInterval = .milliseconds(150)
    let studio = try Studio(options)
    try studio.recorder.start(.file(path: file.path))
    try await studio.log.received("start")
    try await studio.paintUntilEncoded(40)
    studio.recorder.stop()
    try await studio.log.received("stop")
    let recorded = try Recorded([UInt8](try Data(contentsOf: file)))
    let keys = recorded.blocks.filter(\.isKeyFrame)
    #expect(keys.count > 2)
    #expect(recorded.cues.map(\.time) == keys.map(\.time))
  }

  @Test func `during a recording the file contains all encoded frames and plays`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("recording.webm")
    let studio = try Studio()
    try studio.recorder.start(.file(path: file.path))
    try await studio.log.received("start")
    try await studio.paintUntilEncoded(10)
    let recorded = try Recorded([UInt8](try Data(contentsOf: file)))
    #expect(recorded.blocks.count >= 10)
    #expect(recorded.truncation == nil)
    studio.recorder.stop()
    try await studio.log.received("stop")
  }

  @Test func `an existing file or link is an error, and the recorder stays inactive`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("precious.webm")
    try Data("precious".utf8).write(to: file)
    let link = folder.file("link.webm")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
    let dangling = folder.file("dangling.webm")
    try FileManager.default.createSymbolicLink(at: dangling, withDestinationURL: folder.file("elsewhere"))
    let studio = try Studio()
    for path in [file.path, link.path, dangling.path] {
      #expect(throws: MediaRecorderError.output(.exists(path: path))) { try studio.recorder.start(.file(path: path)) }
    }
    #expect(studio.recorder.state == .inactive)
    #expect(try String(contentsOf: file, encoding: .utf8) == "precious")
    #expect(!FileManager.default.fileExists(atPath: folder.file("elsewhere").path))
    #expect(studio.log.names.isEmpty)
    // The recorder can still be started.
    try studio.recorder.start(.file(path: file.path, replacing: true))
    try await studio.log.received("start")
    studio.recorder.stop()
    try await studio.log.received("stop")
    #expect(try Recorded([UInt8](try Data(contentsOf: file))).isInOrder)
  }

  @Test func `an existing file is replaced only by a recording with a picture`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("recording.webm")
    try Data("precious".utf8).write(to: file)
    let studio = try Studio(isShown: false)
    try studio.recorder.start(.file(path: file.path, replacing: true))
    while studio.source.sinkCount == 0 { await Task.yield() }
    studio.recorder.stop()
    try await studio.log.received("stop")
    #expect(try String(contentsOf: file, encoding: .utf8) == "precious")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["recording.webm"])

    let shown = try Studio()
    try shown.recorder.start(.file(path: file.path, replacing: true))
    try await shown.log.received("start")
    try await shown.paintUntilEncoded(3)
    let recorded = try Recorded([UInt8](try Data(contentsOf: file)))
    #expect(recorded.blocks.count >= 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["recording.webm"])
    shown.recorder.stop()
    try await shown.log.received("stop")
    var status = stat()
    #expect(stat(file.path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test func `a recording without a picture leaves no file`() async throws {
    let folder = try TemporaryDirectory()
    let studio = try Studio(isShown: false)
    try studio.recorder.start(.file(path: folder.file("recording.webm").path))
    while studio.source.sinkCount == 0 { await Task.yield() }
    studio.recorder.stop()
    try await studio.log.received("stop")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func `a file in a missing folder is a cannotCreate error`() throws {
    let studio = try Studio()
    #expect(throws: MediaRecorderError.output(.cannotCreate(path: "/nonexistent/a.webm", errno: ENOENT))) {
      try studio.recorder.start(.file(path: "/nonexistent/a.webm"))
    }
    #expect(studio.recorder.state == .inactive)
  }

  @Test func `a full device sends error and stop`() async throws {
    let studio = try Studio()
    try studio.recorder.start(.file(path: "/dev/full", replacing: true))
    try await studio.log.received("stop")
    #expect(studio.log.names == ["error", "stop"])
    #expect(studio.log.errors == [.output(.writeFailed(path: "/dev/full", errno: ENOSPC, kept: 0))])
    #expect(studio.recorder.state == .inactive)
    #expect(studio.recorder.statistics.bytes == 0)
    #expect(studio.source.sinkCount == 0)
  }

  @Test func `at the file size limit the recording ends with an error, whole blocks and a duration`() async {
    await #expect(processExitsWith: .success) {
      // In another process, since the limit applies to the process.
      let limit: rlim_t = 40_000
      signal(SIGXFSZ, SIG_IGN)
      let folder = try TemporaryDirectory()
      let file = folder.file("recording.webm")
      let studio = try Studio()
      // RLIMIT_FSIZE, whose declaration in glibc Swift does not import.
      let fileSize = __rlimit_resource_t(1)
      var limits = rlimit()
      try #require(getrlimit(fileSize, &limits) == 0)
      limits.rlim_cur = limit
      try #require(setrlimit(fileSize, &limits) == 0)
      try studio.recorder.start(.file(path: file.path))
      let painter = Task {
        for seed in 0..<5000 where !Task.isCancelled {
          studio.repaint(UInt64(seed) + 10)
          try await Task.sleep(for: .milliseconds(15))
        }
      }
      try await studio.log.received("stop")
      painter.cancel()
      #expect(studio.log.names == ["start", "error", "stop"])
      let data = [UInt8](try Data(contentsOf: file))
      let recorded = try Recorded(data)
      guard case .output(.writeFailed(_, EFBIG, let kept)) = try #require(studio.log.errors.first) else {
        Issue.record("\(studio.log.errors)")
        return
      }
      #expect(kept <= UInt64(data.count))
      #expect(studio.recorder.statistics.bytes == UInt64(data.count))
      #expect(recorded.truncation == nil)
      #expect(recorded.isInOrder)
      #expect(recorded.blocks.count > 5)
      #expect(recorded.duration.map { $0 >= recorded.blocks.last!.time } == true)
    }
  }
}

/// The queue between the encode thread and a slow output.
@Suite(.timeLimit(.minutes(2)))
struct SlowOutputTests {
  /// Blocks writes until it is opened.
  private final class SlowSink: RecordingSink, @unchecked Sendable {
    let isSeekable = false
    private let state = Monitor((isOpen: false, bytes: [UInt8]()))
    var bytesWritten: UInt64 { UInt64(bytes.count) }
    var bytes: [UInt8] { state.withLock { $0.bytes } }

    func open() { state.update { $0.isOpen = true } }

    func write(_ outputs: [WebMOutput]) {
      _ = state.wait(until: .now + .seconds(20)) { $0.isOpen ? true : nil }
      state.withLock { state in
        for case .append(let bytes) in outputs { state.bytes += bytes }
      }
    }

    func lowSpaceError() -> RecordingError? { nil }
    func close() {}
  }

  private func frame(_ number: Int, isKey: Bool, bytes: Int = 4 << 20) -> EncodedVideoFrame {
    EncodedVideoFrame(
      data: [UInt8](repeating: UInt8(number), count: bytes), timestamp: .milliseconds(Int64(number) * 100),
      isKeyFrame: isKey, kind: .change, quantizer: 10, codedShare: 1, captureTime: .zero,
      convertTime: .zero, encodeTime: .zero)
  }

  @Test func `a slow output drops frames up to a key frame, counts them, and warns once`() async throws {
    let studio = try Studio(isShown: false)
    let sink = SlowSink()
    let events = EventBroadcaster<MediaRecorderEvent>()
    let received = events.listen()
    let writer = RecordingWriter(
      video: studio.track, options: .init(), timeslice: nil, sink: sink, events: events,
      owner: .init(started: { _ in }, ending: { _ in }, ended: { _ in }))
    writer.start(after: nil)
    while studio.source.sinkCount == 0 { await Task.yield() }
    writer.pictures.videoSizeChanged(Studio.size)
    // Eight frames of 4 MB fill the queue's 32 MB; the first may already be at the sink.
    for number in 0..<20 { writer.pictures.receive(frame(number, isKey: number == 0)) }
    sink.open()
    // A small frame fits, but cannot be decoded without the dropped ones.
    writer.pictures.receive(frame(20, isKey: false, bytes: 10))
    // When all queued frames have been written there is room again.
    while writer.statistics.bytes < 8 * 4_000_000 { await Task.yield() }
    writer.pictures.receive(frame(21, isKey: false, bytes: 10))
    writer.pictures.receive(frame(22, isKey: true, bytes: 10))
    writer.pictures.receive(frame(23, isKey: false, bytes: 10))
    writer.stop(now: .seconds(3))
    var names: [String] = []
    for await event in received {
      if case .warning(let code, _) = event { names.append(code) }
      if case .stop = event { break }
    }
    #expect(names == ["slowOutput"])
    let numbers = try Recorded(sink.bytes).blocks.map { Int($0.time.seconds * 10 + 0.5) }
    #expect(numbers.suffix(2) == [22, 23])
    let before = numbers.dropLast(2)
    #expect(Array(before) == Array(0..<before.count))
    #expect((8...9).contains(before.count))
    #expect(writer.statistics.framesDropped == 24 - numbers.count)
  }
}
