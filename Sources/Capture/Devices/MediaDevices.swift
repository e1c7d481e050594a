public import Media

/// Where streams come from. Source: W3C Screen Capture, `MediaDevices`.
public enum MediaDevices {
  /// Begins capturing a display.
  /// - Returns: a stream of one video track, whose label names the surface.
  /// - Throws: `DisplayMediaError`.
  public static func getDisplayMedia(
    _ options: DisplayMediaStreamOptions = DisplayMediaStreamOptions()
  ) async throws(DisplayMediaError) -> MediaStream {
    let capturer = try await DisplayCapturer.open(options)
    return MediaStream([MediaStreamTrack(source: capturer, label: capturer.label)])
  }
}
