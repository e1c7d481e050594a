public import Media

/// Where streams come from. Source: W3C Screen Capture, `MediaDevices`.
public enum MediaDevices {
  /// Begins capturing a display.
  /// - Returns: a stream of one video track, whose label names the surface.
  /// - Throws: `DisplayMediaError`: a `TypeError` for no video, or for `min`, `exact` or `advanced`; an `OverconstrainedError`
  ///   for a `max` below what there is; else what is wrong with the display or the surface.
  public static func getDisplayMedia(
    _ options: DisplayMediaStreamOptions = DisplayMediaStreamOptions()
  ) async throws(DisplayMediaError) -> MediaStream {
    guard let constraints = options.video.constraints else {
      throw .invalid("a display cannot be captured without video; leave video out, or say what is wished for")
    }
    for asked in [constraints, options.audio.constraints ?? .init()] {
      guard asked.advanced.isEmpty else { throw .demanding("advanced") }
      if let demand = asked.basic.firstDemand { throw .demanding("min or exact for \(demand)") }
    }
    let capturer = try await DisplayCapturer.open(options)
    let track = MediaStreamTrack(source: capturer, label: capturer.label)
    do throws(OverconstrainedError) {
      if constraints != MediaTrackConstraints() { try track.apply(constraints) }
    } catch {
      track.stop()
      throw .overconstrained(error)
    }
    return MediaStream([track])
  }
}
