/// Kinds of statistics. Source: W3C webrtc-stats, `RTCStatsType`.
public enum RTCStatsType: String, Sendable, Hashable, CaseIterable {
  case codec
  case inboundRTP = "inbound-rtp"
  case outboundRTP = "outbound-rtp"
  case remoteInboundRTP = "remote-inbound-rtp"
  case mediaSource = "media-source"
  case transport
  case candidatePair = "candidate-pair"
  case localCandidate = "local-candidate"
  case remoteCandidate = "remote-candidate"
  case certificate
}
