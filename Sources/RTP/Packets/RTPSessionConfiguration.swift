/// The initial settings of an `RTPSession`.
public struct RTPSessionConfiguration: Sendable {
  /// Maps capture times to the wall-clock times of sender reports.
  public var ntpClock: NTPClock
  /// The seed of all random numbers except SSRCs: initial sequence numbers and timestamps, and the intervals of
  /// reports.
  public var seed: UInt64
  /// The SSRC of reports while no stream is sent.
  public var localSSRC: SSRC
  /// The CNAME in SDES, common to all streams of one clock. Source: RFC 7022.
  public var cname: String
  /// Whether feedback may be sent without a preceding report (`rtcp-rsize`). Source: RFC 5506.
  public var reducedSizeRTCP = true
  /// The identifiers of received header extensions.
  public var receiveExtensions = RTPHeaderExtensionIDs()
  /// Bits per second, all streams together.
  public var startBitrate = 1_000_000
  public var minimumBitrate = 30_000
  public var maximumBitrate = 2_500_000
  public var pacing = PacerSettings()

  public init(ntpClock: NTPClock, seed: UInt64, localSSRC: SSRC, cname: String) {
    self.ntpClock = ntpClock
    self.seed = seed
    self.localSSRC = localSSRC
    self.cname = cname
  }
}
