/// The kinds of feedback negotiated by SDP's `rtcp-fb` lines. Source: RFC 4585 §4.2.
public struct RTCPFeedbackKinds: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let nack = RTCPFeedbackKinds(rawValue: 1 << 0)
  public static let pli = RTCPFeedbackKinds(rawValue: 1 << 1)
  public static let fir = RTCPFeedbackKinds(rawValue: 1 << 2)
  public static let remb = RTCPFeedbackKinds(rawValue: 1 << 3)
  public static let transportCC = RTCPFeedbackKinds(rawValue: 1 << 4)
}
