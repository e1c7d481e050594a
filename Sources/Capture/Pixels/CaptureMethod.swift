/// How pixels are transferred from the X server, the fastest first.
public enum CaptureMethod: String, Sendable, CaseIterable {
  /// The server copies damaged rectangles into a pixmap in shared memory (MIT-SHM); nothing else is copied.
  case sharedPixmap
  /// The server writes each rectangle packed into shared memory (MIT-SHM).
  case sharedImage
  /// The pixels come through the connection: a remote display, or a server without MIT-SHM.
  case image
}
