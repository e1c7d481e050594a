import Media

/// A synthetic busy desktop: text appears, a block of it scrolls, and a picture moves in a window.
///
/// Sends a frame with each `sendNext`, 1/30 s apart by their timestamps. Used by one thread; only the sink is shared.
/// `@unchecked Sendable`: the pixels belong to that thread.
final class SoakSource: VideoSource, @unchecked Sendable {
  let events = EventBroadcaster<MediaSourceEvent>()
  private let size: PixelSize
  private let sink = Monitor<(any VideoSink)?>(nil)
  private let pixels: UnsafeMutableBufferPointer<UInt32>
  private var random: UInt64 = 1
  private var step = 0
  let start = MediaTime.now

  init(size: PixelSize) {
    self.size = size
    pixels = .allocate(capacity: size.width * size.height)
    pixels.initialize(repeating: 0xe0e0e0)
  }

  deinit { pixels.deallocate() }

  var settings: MediaTrackSettings {
    MediaTrackSettings(width: size.width, height: size.height, frameRate: 30, displaySurface: .monitor)
  }

  func attach(_ sink: any VideoSink) { self.sink.update { $0 = sink } }
  func detach(_ sink: any VideoSink) { self.sink.update { if $0 === sink { $0 = nil } } }
  func stop() {}

  /// Draws the next picture and passes it to the sink; waits until there is one.
  func sendNext() {
    var dirty = DirtyRegion()
    let window = PixelRect(x: size.width / 2, y: size.height / 2, width: size.width / 2, height: size.height / 2)
    dirty.add(window)
    for y in window.y..<window.maxY {
      for x in window.x..<window.maxX {
        pixels[y * size.width + x] = UInt32(truncatingIfNeeded: (x + step) * (y + step))
      }
    }
    let letter = PixelRect(x: step * 8 % (size.width - 8), y: step / 16 % 4 * 12, width: 8, height: 12)
    dirty.add(letter)
    for y in letter.y..<letter.maxY {
      for x in letter.x..<letter.maxX { pixels[y * size.width + x] = next() & 1 == 0 ? 0 : 0xffffff }
    }
    if step % 30 == 0 {
      let page = PixelRect(x: 0, y: size.height / 2, width: size.width / 2, height: size.height / 2)
      dirty.add(page)
      for y in page.y..<page.maxY {
        for x in page.x..<page.maxX { pixels[y * size.width + x] = next() & 3 == 0 ? 0x202020 : 0xffffff }
      }
    }
    if step == 0 { dirty = DirtyRegion(PixelRect(size)) }
    let time = start + .nanoseconds(Int64(step) * 1_000_000_000 / 30)
    step += 1
    let sink = sink.wait { $0 }!
    sink.receive(
      VideoFrame(
        pixels: UnsafeRawPointer(pixels.baseAddress!), bytesPerRow: size.width * 4, size: size, dirty: dirty,
        timestamp: time))
  }

  /// xorshift64.
  private func next() -> UInt32 {
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    return UInt32(truncatingIfNeeded: random >> 32)
  }
}
