internal import Media
internal import RTP

/// How long a viewer's browser delays pictures before it shows them, and how pictures are paced to match. The viewer needs no
/// setting: the RTP header extension playout-delay carries it. Not in the specification.
public enum RTCLatencyMode: String, Sendable, CaseIterable {
  /// Each picture is shown as soon as it is complete. Large pictures are sent in faster bursts, which some paths drop.
  case instant
  /// Pictures are delayed by at least 200 ms, so that motion is even.
  case smooth
  /// Little delay. Large pictures are spread over time so that no packet is lost and text is sharp. Where there is sound,
  /// pictures wait for it.
  case sharp

  /// Sound takes longer than a picture: 20 ms to fill a packet, then the buffers of the browser and its sound server. A browser
  /// needs ten seconds to measure that by itself, in which the sound is late. So the minimum is the shortest time that sound
  /// takes, and the maximum leaves room for sound that was delayed on the way.
  func playoutDelay(withSound: Bool) -> PlayoutDelay {
    switch self {
    case .instant: PlayoutDelay(minimumMilliseconds: 0, maximumMilliseconds: 0)
    case .smooth: PlayoutDelay(minimumMilliseconds: 200, maximumMilliseconds: 800)
    case .sharp: PlayoutDelay(minimumMilliseconds: withSound ? 60 : 0, maximumMilliseconds: withSound ? 500 : 300)
    }
  }

  /// The playout delay of the first picture. If it is zero, Chromium shows every later picture the moment it is due, whatever
  /// its own delay. Otherwise Chromium waits for its next tick, and its tick interval is the average time between pictures:
  /// a picture after a pause is then up to 100 ms late. (`WebMediaPlayerMSCompositor::EnqueueFrame`, which switches off the
  /// smoothing of frame rates for good at a frame without a time; `CompositorFrameSinkSupport::ApplyPreferredFrameRate`.)
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
