internal import CYUV
public import Media

/// Takes single pictures of a video track. Source: W3C MediaStream Image Capture §3, `ImageCapture`.
public struct ImageCapture: Sendable {
  public let track: MediaStreamTrack

  public init(_ track: MediaStreamTrack) { self.track = track }

  /// The track's next picture, as it would be encoded: scaled down to fit into `maximumSize`, its aspect ratio kept,
  /// never enlarged.
  /// - Throws: `InvalidStateError` for a track that is no live video track, or ends before its first picture.
  public func grabFrame(fitting maximumSize: PixelSize? = nil) async throws(ImageCaptureError) -> ImageBitmap {
    guard track.kind == .video, track.readyState == .live, let source = track.source as? any VideoSource else {
      throw .invalidState
    }
    let grabber = FrameGrabber(maximumSize)
    source.attach(grabber)
    let bitmap = await grabber.picture()
    source.detach(grabber)
    guard let bitmap else { throw .invalidState }
    return track.enabled ? bitmap : ImageBitmap(black: bitmap.size)
  }
}

/// Why no picture of a track can be taken.
public enum ImageCaptureError: Error, Sendable, CustomStringConvertible {
  /// The track is not live, or no video track.
  case invalidState
  /// libpng reported an error: the function and its reason.
  case encoding(String)

  public var description: String {
    switch self {
    case .invalidState: "the track has ended, or is no video track; take one that is live"
    case .encoding(let reason): "the picture cannot be made a PNG: \(reason)"
    }
  }
}

/// Keeps the first frame that it receives.
private final class FrameGrabber: VideoSink {
  private let maximumSize: PixelSize?
  private let pictures: AsyncStream<ImageBitmap>
  private let continuation: AsyncStream<ImageBitmap>.Continuation

  init(_ maximumSize: PixelSize?) {
    self.maximumSize = maximumSize
    (pictures, continuation) = AsyncStream.makeStream(of: ImageBitmap.self, bufferingPolicy: .bufferingOldest(1))
  }

  func picture() async -> ImageBitmap? {
    for await picture in pictures { return picture }
    return nil
  }

  func receive(_ frame: borrowing VideoFrame) {
    continuation.yield(ImageBitmap(frame, size: maximumSize.map { frame.size.fitted(into: $0) } ?? frame.size))
    continuation.finish()
  }

  func sourceEnded() { continuation.finish() }
}

extension ImageBitmap {
  /// Copies a frame, scaled to `size`.
  fileprivate init(_ frame: borrowing VideoFrame, size: PixelSize) {
    let pixels = frame.pixels.assumingMemoryBound(to: UInt8.self)
    let stride = Int32(size.width * 4)
    var scaled = [UInt8](repeating: 0, count: size.width * size.height * 4)
    if size == frame.size {
      ARGBCopy(pixels, Int32(frame.bytesPerRow), &scaled, stride, Int32(size.width), Int32(size.height))
    } else {
      ARGBScale(
        pixels, Int32(frame.bytesPerRow), Int32(frame.size.width), Int32(frame.size.height), &scaled, stride,
        Int32(size.width), Int32(size.height), kFilterBox)
    }
    var packed = [UInt8](repeating: 0, count: size.width * size.height * 3)
    ARGBToRGB24(scaled, stride, &packed, Int32(size.width * 3), Int32(size.width), Int32(size.height))
    self.init(size: size, pixels: packed)
  }
}
