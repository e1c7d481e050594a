internal import Media

/// The packets that the remote end has requested again (NACK), until the pacer sends them.
struct RetransmissionQueue {
  private static let limit = 1024
  /// Approximate bytes of a retransmission beside its payload.
  private static let overhead = 40
  /// The assumed round trip until the first one is measured.
  private let initialRoundTrip: MediaTime
  private var requests = RingQueue<(stream: SendStream, sequence: Int64)>()
  private var budget = RetransmissionBudget()
  private var requestLimit = RequestLimit()

  init(initialRoundTrip: MediaTime) { self.initialRoundTrip = initialRoundTrip }

  var isEmpty: Bool { requests.isEmpty }

  /// Queues a packet if the history has it and the budget allows it.
  /// - Parameters:
  ///   - history: the stream's.
  ///   - bitrate: the available bitrate, bits per second.
  ///   - roundTrip: nil when it is not known yet.
  /// - Returns: whether to process further requests.
  mutating func request(
    _ sequence: Int64, of stream: SendStream, history: inout SendHistory, bitrate: Int, roundTrip: MediaTime?,
    now: MediaTime
  ) -> Bool {
    // In a flood most requests name packets that are not in the history; refusing those is cheap.
    guard history.mayHold(sequence) else { return true }
    guard requestLimit.admit(now: now), requests.count < Self.limit else { return false }
    guard let (sent, index) = history.find(sequence) else { return true }
    let size = Int(sent.frame.bounds[index + 1] - sent.frame.bounds[index]) + Self.overhead
    // Checked before `mayResend`: a packet refused by the budget was not retransmitted and may be requested again at
    // once.
    let isRepeated = history.hasBeenRequested(sequence)
    guard budget.allows(size, bitrate: bitrate, isRepeated: isRepeated, now: now) else {
      history.refused(sequence)
      return !isRepeated
    }
    guard history.mayResend(sequence, roundTrip: roundTrip ?? initialRoundTrip, now: now) else { return true }
    budget.spend(size)
    requests.append((stream, sequence))
    return true
  }

  /// Sends the oldest packet.
  /// - Precondition: the batch is not full.
  /// - Returns: its size; 0 when it is no longer in the history, or when the queue is empty.
  mutating func sendNext(in context: inout DrainContext, into batch: RTPPacketBatch) -> Int {
    guard let request = requests.removeFirst() else { return 0 }
    return request.stream.resend(request.sequence, in: &context, into: batch)
  }

  /// Drops a stream's packets.
  mutating func remove(_ stream: SendStream) { requests.filter { $0.stream !== stream } }
}

/// The bandwidth for retransmissions: 15 % of the rate, accumulated for at most a second.
///
/// Where packets are reordered, a receiver requests many that are still on their way. A packet requested twice is
/// really lost, so part of the budget is reserved for those.
struct RetransmissionBudget {
  private static let share = 0.15
  /// Even at the lowest rate, a handful of packets lost together can be retransmitted.
  private static let floor = 12_000.0
  /// The reserved part of the budget's limit.
  private static let keptForRepeated = 0.5

  private var bytes = floor
  private var updated: MediaTime?

  /// Whether `size` bytes may be retransmitted now.
  /// - Parameter isRepeated: whether they have been requested before.
  mutating func allows(_ size: Int, bitrate: Int, isRepeated: Bool, now: MediaTime) -> Bool {
    let perSecond = Self.share * Double(bitrate) / 8
    let limit = max(perSecond, Self.floor)
    if let updated { bytes += perSecond * max(0, (now - updated).seconds) } else { bytes = limit }
    bytes = min(bytes, limit)
    updated = now
    return bytes - (isRepeated ? 0 : limit * Self.keptForRepeated) >= Double(size)
  }

  mutating func spend(_ size: Int) { bytes -= Double(size) }
}

/// Bounds the work that one remote end's requests can cause.
struct RequestLimit {
  /// Packets that may be requested per second: more than any real receiver needs, and still little work.
  private static let perSecond = 10_000

  private var second = MediaTime.zero
  private var count = 0

  /// - Returns: whether one more request is processed.
  mutating func admit(now: MediaTime) -> Bool {
    if now >= second + .seconds(1) || now < second {
      second = now
      count = 0
    }
    count += 1
    return count <= Self.perSecond
  }
}
