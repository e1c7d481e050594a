internal import Media

/// Puts what comes from several tracks into one order of time, and waits for none of them longer than it must. Reads no clock.
struct Interleaver<Payload> {
  /// What goes out.
  struct Block {
    var lane: Int
    /// In the recording.
    var time: MediaTime
    var payload: Payload
    /// Nothing follows it on its lane.
    var isLast = false
    fileprivate var arrived: MediaTime
  }

  private struct Lane {
    var blocks: [Block] = []
    /// Nothing before this comes any more.
    var reached = MediaTime.nanoseconds(.min)
    /// How long the others wait for it.
    var patience: MediaTime
    /// Whether its newest waits to be known as the last, or not.
    var keepsNewest: Bool
    var isOver = false
  }

  private var lanes: [Lane] = []

  /// Adds a lane.
  /// - Parameters:
  ///   - patience: how long a block of another lane waits for one of this that might be earlier.
  ///   - keepsNewest: whether its last block must be known as such.
  /// - Returns: its number.
  mutating func addLane(patience: MediaTime, keepsNewest: Bool) -> Int {
    lanes.append(Lane(patience: patience, keepsNewest: keepsNewest))
    return lanes.count - 1
  }

  /// Takes a block; on each lane, in order of time.
  /// - Parameter end: when the lane's next block begins, as far as that is known.
  mutating func add(_ payload: Payload, to lane: Int, at time: MediaTime, until end: MediaTime? = nil, now: MediaTime) {
    lanes[lane].blocks.append(Block(lane: lane, time: time, payload: payload, arrived: now))
    lanes[lane].reached = max(lanes[lane].reached, end ?? time)
  }

  /// Nothing more comes on this lane.
  mutating func end(_ lane: Int) { lanes[lane].isOver = true }

  /// The earliest block, if nothing that is worth waiting for can come before it.
  mutating func next(now: MediaTime) -> Block? {
    guard let lane = earliest, now >= due(lane) else { return nil }
    return take(lane)
  }

  /// When `next` gives something though nothing comes; nil when there is nothing.
  var deadline: MediaTime? { earliest.map(due) }

  /// The earliest of all that is there.
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
      if isAwaited { wait = max(wait, other.patience) }
    }
    return block.arrived + wait
  }
}
