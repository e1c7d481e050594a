/// One picture from a source, and where it differs from the picture before it.
///
/// The pixels belong to the source and are lent only for the call of `VideoSink.receive`: a sink converts or copies
/// the dirty part and keeps no pointer.
public struct VideoFrame {
  /// The first pixel: blue, green, red and an unused byte each, sRGB, full range, rows from top to bottom.
  public let pixels: UnsafeRawPointer
  /// Bytes from one row to the next, at least 4 × width.
  public let bytesPerRow: Int
  /// Width and height in pixels, any size from 1×1.
  public let size: PixelSize
  /// What changed since the frame this sink received before; the whole picture for a sink's first frame and after a
  /// change of size.
  public let dirty: DirtyRegion
  /// When the pixels were captured.
  public let timestamp: MediaTime
  /// How long the capture took.
  public let captureTime: MediaTime

  public init(
    pixels: UnsafeRawPointer, bytesPerRow: Int, size: PixelSize, dirty: DirtyRegion, timestamp: MediaTime,
    captureTime: MediaTime = .zero
  ) {
    self.pixels = pixels
    self.bytesPerRow = bytesPerRow
    self.size = size
    self.dirty = dirty
    self.timestamp = timestamp
    self.captureTime = captureTime
  }
}

/// The source of a video track's pictures. It sends a frame when the picture has changed, limited to its frame rate, and none
/// while nothing changes.
public protocol VideoSource: MediaSource {
  /// Starts sending to `sink`; its first frame is the whole picture, as soon as it is available.
  func attach(_ sink: any VideoSink)

  /// Sends nothing more to `sink`; when this returns, its `receive` is not running.
  func detach(_ sink: any VideoSink)
}

/// A receiver of a track's pictures: an encoder, a test.
public protocol VideoSink: AnyObject, Sendable {
  /// Takes a picture, on the source's thread: convert the dirty part and return, never wait.
  func receive(_ frame: borrowing VideoFrame)

  /// The source captured and found no change; for statistics.
  func foundUnchanged(at timestamp: MediaTime, captureTime: MediaTime)

  /// No more pictures come: the surface is gone, or the track was stopped.
  func sourceEnded()
}

extension VideoSink {
  public func foundUnchanged(at timestamp: MediaTime, captureTime: MediaTime) {}
}
