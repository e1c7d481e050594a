import Capture
import Encoding
import Foundation
import Harness
import Media
import Recording
import Scenes
import Synthetic
import Testing

@testable import WebRTC

/// A display that is recorded and sent to a peer while its constraints change.
@Suite(.serialized, .timeLimit(.minutes(2))) @NetworkThreadActor
struct ConstrainedShareTests {
  @Test func `applyConstraints changes the viewer's size at a key frame; the file keeps its size with fitted pictures`()
    async throws
  {
    let desktop = try await SharedDesktop(.typing, width: 640, height: 360)
    let folder = try TemporaryDirectory()
    let file = folder.file("desktop.webm")
    let recorder = try MediaRecorder(desktop.stream)
    let events = recorder.events
    try recorder.start(.file(path: file.path))

    let pair = try PeerPair()
    defer { pair.close() }
    try pair.first.addTrack(desktop.track, desktop.stream)
    try await pair.connect()
    let remote = try #require(pair.second.getReceivers().first?.track)
    let log = EncodedLog()
    try #require(remote.source as? any EncodedSource).attach(log)
    try await log.seen("the desktop") { $0.last { $0.isKeyFrame }?.size == desktop.screen }

    for width in [320, 640, 160] {
      try await desktop.track.applyConstraints(.init(width: .init(exact: width)))
      let size = PixelSize(width: width, height: width * 9 / 16)
      try await log.seen("a key frame of \(width)") { $0.last { $0.isKeyFrame }?.size == size }
      try await eventually("the track's width") { remote.getSettings().width == width }
      let count = log.frames.count
      try await log.seen("what is typed") { $0.count > count + 3 }
    }
    // Another decoder reads every frame of the smallest size.
    let frames = log.frames
    let starts = frames.indices.filter { frames[$0].isKeyFrame && frames[$0].size?.width == 160 }
    let smallest = frames[try #require(starts.first)...].map(\.data)
    let pictures = try await IVF(PixelSize(width: 160, height: 90), smallest).checksums()
    #expect(pictures.count == smallest.count)

    try await desktop.track.applyConstraints(.init(frameRate: 2))
    try await log.seen("the whole desktop") { $0.last { $0.isKeyFrame }?.size == desktop.screen }
    let (before, start) = (recorder.statistics.framesCaptured, MediaTime.now)
    try await eventually("six more pictures") { recorder.statistics.framesCaptured >= before + 6 }
    // Ten keys are typed a second, but at 2 frames/s the sixth picture comes 2.5 s after the first at the earliest; two may have
    // been on their way.
    #expect((MediaTime.now - start).seconds > 1.2)
    #expect(desktop.track.getSettings().frameRate == 2)

    recorder.stop()
    for await event in events { if case .stop = event { break } }
    let probe = try await FFmpeg.probe(file, [])
    #expect(probe["streams"].array?.first?["width"].int == 640)
    var last: DecodedFrame?
    var smaller = 0
    for try await frame in try await FFmpeg.frames(of: file, as: .luma) {
      last = frame
      // The desktop has no black in this corner: it is the border of a smaller picture.
      if frame.pixel(x: 8, y: 8).allSatisfy({ $0 < 20 }) { smaller += 1 }
    }
    #expect(smaller > 0)
    // The last picture is the whole screen again. Compared beside the editor, where the typing has gone on.
    let screenshot = folder.file("screen.png")
    try await desktop.server.screenshot(to: screenshot)
    #expect(try await FFmpeg.lumaSSIM(of: try #require(last), to: screenshot, crop: "108:360:0:0") > 0.95)
    try await desktop.stop()
  }
}
