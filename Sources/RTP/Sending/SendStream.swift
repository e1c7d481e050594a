internal import Media

/// The state of one sent stream.
final class SendStream {
  let id: RTPSenderID
  var parameters: RTPSendParameters
  /// The MID's UTF-8 bytes.
  var midBytes: [UInt8]
  /// Whether the extensions need the two-byte form. Source: RFC 8285 §4.3.
  var usesLongExtensions: Bool
  /// The sequence number of the next packet, without wrap-around.
  var nextSequence: Int64
  var nextRTXSequence: UInt16
  let timestampOffset: UInt32
  /// The VP8 picture ID of the next frame.
  var pictureID: UInt16
  var awaitsKeyFrame: Bool
  var history = SendHistory()
  var throttle = KeyFrameRequestThrottle()
  var firstPictureDelay = FirstPictureDelay()
  /// Whether the remote end has reported on the stream, and so has assigned it to its media section.
  var isKnown = false
  var isRTXKnown = false
  /// The highest sequence number and the loss count of its last report on retransmissions.
  var rtxReport: (highest: UInt16, lost: Int32)?
  /// The last frame time that was sent as `abs-capture-time`.
  var lastCaptureTimeSent: MediaTime?
  /// The sender of the last FIR, and its command number.
  var lastFullIntraRequest: (sender: SSRC, number: UInt8)?
  /// The highest sequence number of the last report.
  var reportedSequence: Int64?
  var firstSequence: Int64
  var counters = RTPSenderCounters()
  /// Without retransmissions, for sender reports.
  var reportPackets: UInt32 = 0
  var reportOctets: UInt32 = 0

  init(id: RTPSenderID, parameters: RTPSendParameters, random: inout SeededGenerator) {
    self.id = id
    self.parameters = parameters
    midBytes = [UInt8](parameters.mid.utf8)
    usesLongExtensions = Self.needsLongExtensions(parameters)
    // In the lower half, so that the loss of the first packet is not mistaken for a wrap-around. Source: RFC 3711
    // §3.3.1.
    nextSequence = Int64(UInt16.random(in: 1..<0x8000, using: &random))
    firstSequence = nextSequence
    nextRTXSequence = UInt16.random(in: 1..<0x8000, using: &random)
    timestampOffset = UInt32.random(in: 0...UInt32.max, using: &random)
    pictureID = UInt16.random(in: 0..<0x8000, using: &random)
    awaitsKeyFrame = parameters.kind == .video
  }

  func update(_ parameters: RTPSendParameters) {
    if parameters.rtxSSRC != self.parameters.rtxSSRC { rtxReport = nil }
    if parameters.mid != self.parameters.mid || parameters.extensions.mid != self.parameters.extensions.mid {
      isKnown = false
      isRTXKnown = false
    }
    self.parameters = parameters
    midBytes = [UInt8](parameters.mid.utf8)
    usesLongExtensions = Self.needsLongExtensions(parameters)
  }

  /// Whether a packet has been sent. `reportPackets` cannot tell, as it wraps around.
  var hasSent: Bool { nextSequence > firstSequence }

  /// Whether retransmissions have a stream of their own.
  var usesRTX: Bool { parameters.rtxSSRC != nil && parameters.rtxPayloadType != nil }

  private static func needsLongExtensions(_ parameters: RTPSendParameters) -> Bool {
    let ids = parameters.extensions
    return parameters.mid.utf8.count > 16 || RTPHeaderExtension.allCases.contains { ids[$0] > 14 }
  }
}
