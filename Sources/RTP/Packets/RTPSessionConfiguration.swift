/// What an `RTPSession` starts with.
public struct RTPSessionConfiguration: Sendable {
  /// Maps capture times to the wall-clock times of sender reports.
  public var ntpClock: NTPClock
  /// Where the random numbers come from: SSRCs aside, starts of sequences and timestamps, and the spread of reports.
  public var seed: UInt64
  /// The SSRC of reports as long as nothing is sent.
  public var localSSRC: SSRC
  /// The name that all streams of one clock have in SDES. Source: RFC 7022.
  public var cname: String
  /// Whether feedback may go without a report before it (`rtcp-rsize`). Source: RFC 5506.
  public var reducedSizeRTCP = true
  /// The numbers of the header extensions of what is received.
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
