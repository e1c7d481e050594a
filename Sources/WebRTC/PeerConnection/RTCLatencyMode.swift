internal import Media
internal import RTP

/// What a viewer's browser is to make of the time between a picture and its showing, and how pictures are sent for it.
/// Needs no setting at the viewer's: the header extension playout-delay says it. Beyond the specification's.
public enum RTCLatencyMode: String, Sendable, CaseIterable {
  /// Each picture is shown the moment it is whole, and large ones leave faster than the path may like.
  case instant
  /// Pictures are held for 200 ms at least, so that motion is even.
  case smooth
  /// Little delay, and large pictures are spread in time so that none of them is lost: text comes sharp. Where there is
  /// sound, pictures wait for it.
  case sharp

  /// Sound takes longer than a picture: 20 ms to fill a packet, and what a browser and its sound server hold. A browser
  /// that finds out by itself how much that is takes ten seconds for it, in which the sound is late: a picture is held
  /// for as long as sound takes at the least, and may be for as long as sound that was held up.
  func playoutDelay(withSound: Bool) -> PlayoutDelay {
    switch self {
    case .instant: PlayoutDelay(minimumMilliseconds: 0, maximumMilliseconds: 0)
    case .smooth: PlayoutDelay(minimumMilliseconds: 200, maximumMilliseconds: 800)
    case .sharp: PlayoutDelay(minimumMilliseconds: withSound ? 60 : 0, maximumMilliseconds: withSound ? 500 : 300)
    }
  }

  /// A first picture that says "at once" makes Chromium show all others the moment they are due, whatever they say.
  /// Otherwise it waits for its next tick, and takes the average time between pictures for the interval of its ticks:
  /// where one follows a quiet time that is up to 100 ms late. (`WebMediaPlayerMSCompositor::EnqueueFrame`, which gives
  /// up the smoothing of frame rates for good at a frame without a time;
  /// `CompositorFrameSinkSupport::ApplyPreferredFrameRate`.)
  var firstPlayoutDelay: PlayoutDelay? {
    self == .instant ? nil : PlayoutDelay(minimumMilliseconds: 0, maximumMilliseconds: 0)
  }

  var pacing: PacerSettings {
    var pacing = PacerSettings()
    if self == .instant {
      pacing.factor = 1.5
      pacing.burst = .milliseconds(80)
    }
    return pacing
  }
}
