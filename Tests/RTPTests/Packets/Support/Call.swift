import Media

@testable import RTP

/// Two sessions and the path between them, in virtual time: one sends video and sound, the other receives.
final class Call {
  struct SentFrame {
    var number: Int
    var isKeyFrame: Bool
    var captured: MediaTime
    var data: [UInt8]
  }

  struct ReceivedFrame {
    var frame: RTPReceivedFrame
    var at: MediaTime
  }

  /// A packet that left the sender.
  struct Departure {
    var time: MediaTime
    var size: Int
    var isRTCP: Bool
    var ssrc: UInt32
  }

  static let videoSSRC: SSRC = 0x1111_1111
  static let rtxSSRC: SSRC = 0x2222_2222
  static let audioSSRC: SSRC = 0x3333_3333

  private(set) var now: MediaTime
  let sender: RTPSession
  let receiver: RTPSession
  var forward: EmulatedPath
  var back: EmulatedPath
  let video: RTPSenderID
  let audio: RTPSenderID
  let remoteVideo: RTPReceiverID
  let remoteAudio: RTPReceiverID
  private let packetizer = VP8Packetizer()
  private var opusPacketizer = OpusPacketizer()
  private let batch = RTPPacketBatch(capacity: 16)

  private(set) var sentFrames: [SentFrame] = []
  private(set) var receivedFrames: [ReceivedFrame] = []
  private(set) var receivedAudio: [ReceivedFrame] = []
  private(set) var departures: [Departure] = []
  private(set) var keyFrameRequests: [MediaTime] = []
  private(set) var rates: [(at: MediaTime, bitrate: Int)] = []
  private(set) var goodbyes = 0
  /// The middle bits of the NTP time of the sender's last report.
  private(set) var lastSenderReport: UInt32?
  /// Called with each packet that leaves the sender; false drops it.
  var filter: (_ bytes: [UInt8], _ isRTCP: Bool) -> Bool = { _, _ in true }
  /// Whether the frame after a key frame request is a key frame.
  var answersKeyFrameRequests = true
  private var isKeyFrameDue = true
  private var frameNumber = 0
  private var audioNumber = 0

  /// - Parameter unixNanoseconds: the wall clock's time at the zero of the monotonic clock.
  init(
    _ conditions: PathConditions, seed: UInt64, start: MediaTime = .seconds(1000),
    unixNanoseconds: Int64 = 1_700_000_000_000_000_000,
    configure: (_ send: inout RTPSendParameters, _ receive: inout RTPReceiveParameters) -> Void = { _, _ in },
    session: (inout RTPSessionConfiguration) -> Void = { _ in }
  ) {
    now = start
    let clock = NTPClock(at: .zero, unixNanoseconds: unixNanoseconds)
    var configuration = RTPSessionConfiguration(ntpClock: clock, seed: seed, localSSRC: 0xAAAA, cname: "one")
    configuration.startBitrate = 2_500_000
    configuration.receiveExtensions = Call.extensions
    session(&configuration)
    sender = RTPSession(configuration)
    var other = RTPSessionConfiguration(ntpClock: clock, seed: seed &+ 1, localSSRC: 0xBBBB, cname: "two")
    other.receiveExtensions = Call.extensions
    receiver = RTPSession(other)
    forward = EmulatedPath(conditions, seed: seed &+ 2)
    back = EmulatedPath(
      PathConditions(delay: conditions.delay, jitter: conditions.jitter, loss: conditions.loss), seed: seed &+ 3)
    var send = RTPSendParameters(
      kind: .video, ssrc: Call.videoSSRC, payloadType: 96, clockRate: VP8Packetizer.clockRate, mid: "0")
    send.rtxSSRC = Call.rtxSSRC
    send.rtxPayloadType = 97
    send.extensions = Call.extensions
    send.feedback = [.nack, .pli, .fir, .remb, .transportCC]
    send.playoutDelay = PlayoutDelay(minimumMilliseconds: 0, maximumMilliseconds: 200)
    send.contentType = .screenshare
    var receive = RTPReceiveParameters(kind: .video, mid: "0", formats: [96: .vp8, 97: .rtx(96)])
    receive.feedback = send.feedback
    configure(&send, &receive)
    video = sender.addSender(send)
    remoteVideo = receiver.addReceiver(receive)
    var sendAudio = RTPSendParameters(
      kind: .audio, ssrc: Call.audioSSRC, payloadType: 111, clockRate: OpusPacketizer.clockRate, mid: "1")
    sendAudio.redPayloadType = 63
    sendAudio.extensions = Call.extensions
    audio = sender.addSender(sendAudio)
    remoteAudio = receiver.addReceiver(
      RTPReceiveParameters(kind: .audio, mid: "1", formats: [111: .opus, 63: .red(111)]))
  }

  static var extensions: RTPHeaderExtensionIDs {
    var ids = RTPHeaderExtensionIDs()
    ids.mid = 1
    ids.absSendTime = 2
    ids.transportSequenceNumber = 3
    ids.absCaptureTime = 4
    ids.playoutDelay = 5
    ids.videoContentType = 6
    return ids
  }

  /// Whether all sent frames arrived, in order and byte for byte.
  var allFramesArrived: Bool { receivedFrames.map(\.frame.data) == sentFrames.map(\.data) }

  /// Captures, encodes and sends a frame.
  func sendFrame(size: Int, isKeyFrame: Bool? = nil) {
    let isKeyFrame = isKeyFrame ?? isKeyFrameDue
    isKeyFrameDue = false
    let data = TestFrames.vp8(frameNumber, isKeyFrame: isKeyFrame, size: size)
    sentFrames.append(SentFrame(number: frameNumber, isKeyFrame: isKeyFrame, captured: now, data: data))
    frameNumber += 1
    if let frame = packetizer.packetize(data, captureTime: now, isKeyFrame: isKeyFrame) {
      sender.send(frame, sender: video, now: now)
    }
    flush()
  }

  func sendAudio() {
    if let frame = opusPacketizer.packetize(TestFrames.opus(audioNumber), captureTime: now) {
      sender.send(frame, sender: audio, now: now)
    }
    audioNumber += 1
    flush()
  }

  /// Advances the time and runs everything that is due until `end`.
  func run(until end: MediaTime) {
    while true {
      let next = min(
        min(forward.nextArrival, back.nextArrival), min(sender.nextWake, receiver.nextWake))
      guard next <= end else { break }
      now = max(now, next)
      step()
    }
    now = max(now, end)
  }

  func run(for duration: MediaTime) { run(until: now + duration) }

  /// Advances the time without running either side.
  func wait(for duration: MediaTime) { now += duration }

  /// Sends a frame every `interval` for a time.
  func stream(for duration: MediaTime, interval: MediaTime = .milliseconds(33), size: (Int, Bool) -> Int) {
    let end = now + duration
    while now < end {
      sendFrame(size: size(frameNumber, isKeyFrameDue))
      run(for: interval)
    }
  }

  private func step() {
    while let packet = forward.arrived(now: now) { deliver(packet, to: receiver) }
    while let packet = back.arrived(now: now) { deliver(packet, to: sender) }
    flush()
  }

  private func deliver(_ packet: EmulatedPath.Packet, to session: RTPSession) {
    if packet.isRTCP {
      session.receive(rtcp: packet.bytes.span, now: now)
    } else {
      session.receive(rtp: packet.bytes.span, now: now)
    }
  }

  func flush() {
    for isSender in [true, false] {
      let session = isSender ? sender : receiver
      var isMore = true
      while isMore {
        isMore = session.drain(now: now, into: batch)
        for index in 0..<batch.count {
          let bytes = [UInt8](batch.packet(index))
          let isRTCP = batch.isRTCP(index)
          guard isSender else {
            back.send(bytes, isRTCP: isRTCP, now: now)
            continue
          }
          let ssrc = bytes[(isRTCP ? 4 : 8)...].prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
          departures.append(Departure(time: now, size: bytes.count, isRTCP: isRTCP, ssrc: ssrc))
          if isRTCP, case .senderReport(let report)? = RTCPPacket.all(in: bytes).packets.first {
            lastSenderReport = report.ntpTime.compact
          }
          if filter(bytes, isRTCP) { forward.send(bytes, isRTCP: isRTCP, now: now) }
        }
        batch.removeAll()
      }
      while let event = session.nextEvent() { handle(event) }
    }
  }

  private func handle(_ event: RTPSessionEvent) {
    switch event {
    case .keyFrameRequested:
      keyFrameRequests.append(now)
      if answersKeyFrameRequests { isKeyFrameDue = true }
    case .bitrateChanged(let bitrate): rates.append((now, bitrate))
    case .frame(remoteVideo, let frame): receivedFrames.append(ReceivedFrame(frame: frame, at: now))
    case .frame(_, let frame): receivedAudio.append(ReceivedFrame(frame: frame, at: now))
    case .bye: goodbyes += 1
    }
  }
}
