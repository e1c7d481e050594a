import Harness
import Scenes

/// The cost for Oriel of hundreds of receivers that do ICE and DTLS, discard the media and send reports as browsers do.
struct FanOutResult: Codable, Sendable {
  /// The bitrate that counts as one viewer.
  static let bitrate = 1_500_000.0

  let receivers: Int
  /// CPU seconds per second of the connections' thread, the encoder's thread and the whole process.
  var connectionsCPU = 0.0
  var encoderCPU = 0.0
  var cpu = 0.0
  var framesEncoded = 0.0
  var packetsPerSecond = 0.0
  /// Received packets, mostly reports, per second.
  var reportsPerSecond = 0.0
  /// Packets per second that a full socket discarded.
  var discardedPerSecond = 0.0
  /// The share of the sent packets that the receivers read: the rest overflowed their sockets.
  var arrivedShare = 0.0
  /// UDP payload to each receiver.
  var bitsPerSecond = 0.0
  var failure: String?

  /// Viewers of 1.5 Mbit/s, and packets per second, that one core serves.
  var viewersPerCore: Double { Double(receivers) * bitsPerSecond / Self.bitrate / connectionsCPU }
  var packetsPerCore: Double { packetsPerSecond / connectionsCPU }

  /// Measures with increasing numbers of receivers; the earlier ones stay connected.
  static func all(_ plan: RTCPlan) async -> [FanOutResult] {
    var results: [FanOutResult] = []
    do {
      // Full-screen motion uses the whole bitrate.
      let desktop = try await DesktopUnderShare.start(
        .fullMotion, width: 1280, height: 720, sharer: .oriel, bitrate: Int(bitrate))
      guard let sender = desktop.publisher as? Worker else { return [] }
      let receiver = try await Worker(display: nil)
      var connected = 0
      for receivers in plan.receivers {
        while connected < receivers {
          let offers = try await sender.offers(min(20, receivers - connected))
          try await sender.accept(try await receiver.answers(to: offers))
          connected += offers.count
        }
        try await MonotonicClock.sleep(until: MonotonicClock.seconds + plan.settling)
        var result = FanOutResult(receivers: receivers)
        try await result.measure(sender, receiver, for: plan.fanOut)
        results.append(result)
      }
      try await receiver.stop()
      try await desktop.stop()
    } catch {
      results.append(FanOutResult(receivers: 0, failure: "\(error)"))
    }
    return results
  }

  private mutating func measure(_ sender: Worker, _ receiver: Worker, for seconds: Double) async throws {
    let start = try await Sample(sender, receiver)
    try await MonotonicClock.sleep(until: start.time + seconds)
    let end = try await Sample(sender, receiver)
    let time = end.time - start.time
    func used(_ thread: String) -> Double {
      (end.use.threads[thread, default: 0] - start.use.threads[thread, default: 0]) / time
    }
    connectionsCPU = used("oriel-rtc")
    encoderCPU = used("oriel-encode")
    cpu = (end.use.cpuSeconds - start.use.cpuSeconds) / time
    let packets = Double(end.sent.packetsSent - start.sent.packetsSent)
    framesEncoded = Double(end.sent.framesEncoded - start.sent.framesEncoded) / time
    packetsPerSecond = packets / time
    discardedPerSecond = Double(end.sent.packetsDiscarded - start.sent.packetsDiscarded) / time
    reportsPerSecond = Double(end.sent.packetsReceived - start.sent.packetsReceived) / time
    arrivedShare = Double(end.received.packetsReceived - start.received.packetsReceived) / packets
    bitsPerSecond = Double(end.sent.bytesSent - start.sent.bytesSent) * 8 / time / Double(receivers)
    if end.sent.connected < receivers {
      failure = "\(receivers - end.sent.connected) of \(receivers) connections are down"
    }
  }

  private struct Sample {
    let received: WorkerFigures
    let sent: WorkerFigures
    let use: (cpuSeconds: Double, threads: [String: Double])
    let time: Double

    init(_ sender: Worker, _ receiver: Worker) async throws {
      received = try await receiver.figures()
      sent = try await sender.figures()
      use = sender.use()
      time = MonotonicClock.seconds
    }
  }
}
