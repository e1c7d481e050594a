import Media
import Testing

@Suite(.timeLimit(.minutes(1))) struct CanvasTests {
  @Test func `a sink gets the whole canvas first, then only painted parts`() async throws {
    let canvas = Canvas(width: 64, height: 48)
    canvas.paint { $0.fill(PixelRect(canvas.size), 0x336699) }
    let stream = canvas.captureStream(frameRate: 240)
    let log = CanvasLog()
    let source = try #require(stream.getTracks()[0].source as? any VideoSource)
    source.attach(log)
    try await log.seen(1)
    #expect(log.frames[0].dirty == [PixelRect(canvas.size)])
    #expect(log.pixel(5, 5) == 0x336699)
    canvas.paint(PixelRect(x: 10, y: 10, width: 8, height: 4)) { pixels in
      // Pixels outside the painted part are not changed.
      pixels.fill(PixelRect(canvas.size), 0xff8000)
      pixels[0, 0] = 0xff8000
      pixels[11, 11] = 0x0000ff
    }
    try await log.seen(2)
    #expect(log.frames[1].dirty == [PixelRect(x: 10, y: 10, width: 8, height: 4)])
    #expect(log.pixel(10, 10) == 0xff8000)
    #expect(log.pixel(11, 11) == 0x0000ff)
    #expect(log.pixel(0, 0) == 0x336699)
    #expect(log.pixel(18, 10) == 0x336699)
    // A second sink's first picture is not sent to the first sink.
    let second = CanvasLog()
    source.attach(second)
    try await second.seen(1)
    #expect(second.frames[0].dirty == [PixelRect(canvas.size)])
    #expect(log.frames.count == 2)
    source.detach(log)
    canvas.paint { $0.fill(PixelRect(canvas.size), 0) }
    try await second.seen(2)
    #expect(log.frames.count == 2)
    stream.getTracks()[0].stop()
    try await second.ended()
  }

  @Test func `a frame rate limits the pictures, and the last painting is always sent`() async throws {
    let canvas = Canvas(width: 16, height: 16)
    let track = canvas.captureStream(frameRate: 240).getTracks()[0]
    try await track.applyConstraints(.init(frameRate: 10))
    let log = CanvasLog()
    try #require(track.source as? any VideoSource).attach(log)
    try await log.seen(1)
    let start = MediaTime.now
    var colour: UInt32 = 0
    while MediaTime.now < start + .milliseconds(800) {
      colour += 1
      canvas.paint { $0.fill(PixelRect(canvas.size), colour) }
      try await Task.sleep(for: .milliseconds(2))
    }
    let last = colour
    try await log.seen("the last painting") { log.pixel(0, 0) == last }
    let span = (MediaTime.now - start).seconds
    #expect(Double(log.frames.count) <= span * 10 + 3)
    track.stop()
  }

  @Test func `the track shows the canvas also after the canvas is released`() async throws {
    var canvas: Canvas? = Canvas(width: 16, height: 16)
    let track = canvas!.captureStream().getTracks()[0]
    canvas!.paint { $0.fill($0.rect, 0x123456) }
    canvas = nil
    let log = CanvasLog()
    try #require(track.source as? any VideoSource).attach(log)
    try await log.seen("the painting") { log.pixel(3, 3) == 0x123456 }
    #expect(track.readyState == .live)
    track.stop()
    try await log.ended()
  }
}
