internal import Media

/// Merges the blocks of several tracks in order of time, and waits for each track no longer than necessary. Reads no
/// clock.
struct Interleaver<Payload> {
  /// A block in the merged order.
  struct Block {
    var lane: Int
    /// In the recording.
    var time: MediaTime
    var payload: Payload
    /// Whether it is the last block of its lane.
    var isLast = false
    fileprivate var arrived: MediaTime
  }

  private struct Lane {
    var blocks: [Block] = []
    /// No block of this lane is earlier than this.
    var reached = MediaTime.nanoseconds(.min)
    /// Maximum time that the other lanes wait for this one.
    var maximumWait: MediaTime
    /// Whether its newest block waits until it is known whether it is the last.
    var keepsNewest: Bool
    var isOver = false
  }

  private var lanes: [Lane] = []

  /// Adds a lane.
  /// - Parameters:
  ///   - maximumWait: how long a block of another lane waits for an earlier one of this lane.
  ///   - keepsNewest: whether the last block must be marked as such.
  /// - Returns: the lane's number.
  mutating func addLane(maximumWait: MediaTime, keepsNewest: Bool) -> Int {
    lanes.append(Lane(maximumWait: maximumWait, keepsNewest: keepsNewest))
    return lanes.count - 1
  }

  /// Adds a block; each lane's come in order of time.
  /// - Parameter end: when the lane's next block begins, as far as that is known.
  mutating func add(_ payload: Payload, to lane: Int, at time: MediaTime, until end: MediaTime? = nil, now: MediaTime) {
    lanes[lane].blocks.append(Block(lane: lane, time: time, payload: payload, arrived: now))
    lanes[lane].reached = max(lanes[lane].reached, end ?? time)
  }

  /// Ends a lane.
  mutating func end(_ lane: Int) { lanes[lane].isOver = true }

  /// The earliest block, unless it must still wait for an earlier one.
  mutating func next(now: MediaTime) -> Block? {
    guard let lane = earliest, now >= due(lane) else { return nil }
    return take(lane)
  }

  /// When `next` returns a block even if none is added; nil without blocks.
  var deadline: MediaTime? { earliest.map(due) }

  /// The earliest block, without waiting.
  mutating func takeNext() -> Block? { earliest.map { take($0) } }

  private var earliest: Int? {
    lanes.indices.filter { !lanes[$0].blocks.isEmpty }.min { lanes[$0].blocks[0].time < lanes[$1].blocks[0].time }
  }

  private mutating func take(_ lane: Int) -> Block {
    var block = lanes[lane].blocks.removeFirst()
    block.isLast = lanes[lane].isOver && lanes[lane].blocks.isEmpty
    return block
  }

  /// When the first block of `lane`, the earliest of all, has waited long enough.
  private func due(_ lane: Int) -> MediaTime {
    let block = lanes[lane].blocks[0]
    var wait = MediaTime.nanoseconds(.min / 2)
    for (number, other) in lanes.enumerated() where !other.isOver {
      let isAwaited =
        number == lane
        ? other.keepsNewest && other.blocks.count == 1 : other.blocks.isEmpty && other.reached < block.time
      if isAwaited { wait = max(wait, other.maximumWait) }
    }
    return block.arrived + wait
  }
}
