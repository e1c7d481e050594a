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
