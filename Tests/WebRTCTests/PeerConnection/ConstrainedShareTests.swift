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

/// A display that is captured, recorded and sent to a peer while its constraints change.
@Suite(.serialized, .timeLimit(.minutes(2))) @RTCActor
struct ConstrainedShareTests {
  @Test func `size and rate of a running capture change for the viewer at a key frame, and fitted in the file`()
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
    // What the peer got, as another decoder reads it: four sizes, none of them cropped or torn.
    let frames = log.frames
    let starts = frames.indices.filter { frames[$0].isKeyFrame && frames[$0].size?.width == 160 }
    let smallest = frames[try #require(starts.first)...].map(\.data)
    let pictures = try await IVF(PixelSize(width: 160, height: 90), smallest).checksums()
    #expect(pictures.count == smallest.count)

    try await desktop.track.applyConstraints(.init(frameRate: 2))
    try await log.seen("the whole desktop") { $0.last { $0.isKeyFrame }?.size == desktop.screen }
    let (before, start) = (recorder.statistics.framesCaptured, MediaTime.now)
    try await eventually("six more pictures") { recorder.statistics.framesCaptured >= before + 6 }
    // Ten keys are struck a second, but the sixth picture comes two and a half seconds after the first at the soonest; two may
    // have been under way.
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
      // Black in the corner of a desktop that has none there: the picture was smaller.
      if frame.pixel(x: 8, y: 8).allSatisfy({ $0 < 20 }) { smaller += 1 }
    }
    #expect(smaller > 0)
    // At the end it is the screen again, nothing cropped and nothing beside its place: seen beside the editor, in which the
    // typing has gone on.
    let screenshot = folder.file("screen.png")
    try await desktop.server.screenshot(to: screenshot)
    #expect(try await FFmpeg.lumaSSIM(of: try #require(last), to: screenshot, crop: "108:360:0:0") > 0.95)
    try await desktop.stop()
  }
}
