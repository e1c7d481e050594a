import Media

/// The streams of what was asked for: opened, closed and replaced as the server's devices and programs come and go. Used by one
/// thread only.
final class SoundRecording {
  private static let pause = MediaTime.milliseconds(250)

  private let selection: AudioSelection
  private let mixer: SoundMixer
  private let events: EventBroadcaster<MediaSourceEvent>
  private var streams: [SoundPlan.Role: PulseStream] = [:]
  /// What there is to record; nil while there is no server.
  private var plan: SoundPlan?
  private var inventory = SoundInventory()
  /// The source that was named, as it was when it was last there.
  private var known: SoundInventory.Device?
  private var watches: [SoundPlan.Role: SilenceWatch] = [:]
  /// When to look after silence next.
  private var lookAt = MediaTime.zero
  /// What is known of the devices' clocks, by their names.
  private var drifts: [String: Double] = [:]
  private var toldOf: Set<SoundPlan.Role> = []
  private var previousNames: [SoundPlan.Role: String] = [:]
  private var lost = (jumps: 0, frames: 0)
  private var toldLost = 0
  /// Of what plays, whether it is the application's, for as long as it plays.
  private var verdicts: [UInt32: (player: SoundInventory.Player, isOurs: Bool?)] = [:]
  /// When the application was started, by which it is told from a later one of its number.
  private let start: String?
  private var toldUnsure = false
  /// When to open what failed once more.
  private(set) var retryAt: MediaTime?
  /// Whether a stream failed since the beginning.
  private(set) var hasFailed = false

  init(_ selection: AudioSelection, _ mixer: SoundMixer, _ events: EventBroadcaster<MediaSourceEvent>) {
    self.selection = selection
    self.mixer = mixer
    self.events = events
    if case .application(let process) = selection { start = ProcessTable.start(of: process) } else { start = nil }
  }

  /// What is recorded, in words.
  var label: String {
    if case .application(let process) = selection { return "sound of process \(process)" }
    let names = devices.map { $0.description.isEmpty ? $0.name : $0.description }
    return names.isEmpty ? "no sound source" : printable(names.joined(separator: " and "))
  }

  /// The server's name for what is recorded.
  var deviceId: String? {
    if case .application(let process) = selection { return "process \(process)" }
    return devices.isEmpty ? nil : devices.map(\.name).joined(separator: " ")
  }

  private var devices: [SoundInventory.Device] {
    (plan?.targets ?? [:]).sorted { $0.key.order < $1.key.order }.compactMap { inventory.device(named: $0.value.name) }
  }

  /// Whether all that is to be recorded is.
  var isRunning: Bool { plan != nil && streams.values.allSatisfy { $0.state == .running } }

  /// Opens and closes streams so that what `inventory` has of what was asked for is recorded.
  func follow(_ connection: PulseConnection, _ inventory: SoundInventory, _ now: MediaTime) {
    if case .source(let wanted) = selection { known = inventory.named(wanted, known: known) ?? known }
    judge(inventory)
    let fresh = SoundPlan(selection, inventory, known: known) { [verdicts] in verdicts[$0.index]?.isOurs ?? nil }
    tell(fresh, inventory)
    self.inventory = inventory
    plan = fresh
    lookAt = now
    open(connection, now)
  }

  private func judge(_ inventory: SoundInventory) {
    guard case .application(let process) = selection else { return }
    let isThere = start != nil && ProcessTable.start(of: process) == start
    var table: ProcessTable?
    var fresh: [UInt32: (player: SoundInventory.Player, isOurs: Bool?)] = [:]
    for playback in inventory.playbacks {
      if let known = verdicts[playback.index], known.player == playback.player {
        fresh[playback.index] = known
        continue
      }
      if isThere, table == nil { table = .read() }
      let isOurs = table.map { $0.isOurs(playback.player, process, ownMachine: inventory.ownMachine) } ?? false
      fresh[playback.index] = (playback.player, isOurs)
    }
    verdicts = fresh
  }

  private func open(_ connection: PulseConnection, _ now: MediaTime) {
    guard let plan else { return }
    retryAt = nil
    for (role, stream) in streams where plan.targets[role] != stream.target { close(role, stream) }
    for (role, target) in plan.targets where streams[role] == nil {
      streams[role] = PulseStream(connection, target, mixer, drift: drifts[target.name] ?? 0)
    }
    check(now)
  }

  /// Looks after the streams.
  func watch(_ connection: PulseConnection, _ now: MediaTime) {
    check(now)
    if let retryAt, now >= retryAt { open(connection, now) }
    tellLoss()
    if now >= lookAt {
      lookAt = now + Self.pause
      tellSilence(now)
    }
  }

  private func check(_ now: MediaTime) {
    for (role, stream) in streams where stream.state == .failed {
      close(role, stream)
      hasFailed = true
      // Most often the source has gone, and the server says so in a moment.
      retryAt = now + Self.pause
    }
  }

  /// Ends all streams: the server is gone, or the work is over.
  func close() {
    for (role, stream) in streams { close(role, stream) }
    plan = nil
    retryAt = nil
  }

  private func close(_ role: SoundPlan.Role, _ stream: PulseStream) {
    if stream.target.playback == nil { drifts[stream.target.name] = stream.lane.drift }
    lost.jumps += stream.lane.jumps
    lost.frames += stream.lane.lostFrames
    stream.close()
    streams[role] = nil
    watches[role] = nil
  }

  func count(_ statistics: inout SoundStatistics) {
    let lanes = streams.sorted { $0.key.order < $1.key.order }.map(\.value.lane)
    statistics.overruns = lost.jumps + lanes.reduce(0) { $0 + $1.jumps }
    statistics.lostFrames = lost.frames + lanes.reduce(0) { $0 + $1.lostFrames }
    statistics.drift = (lanes.first?.drift ?? 0) * 1e6
    statistics.offset = lanes.map(\.offset).max { abs($0) < abs($1) } ?? 0
    statistics.streams = streams.count
  }

  // MARK: - What people should know

  private func tell(_ fresh: SoundPlan, _ inventory: SoundInventory) {
    if fresh.isUnsure, !toldUnsure {
      toldUnsure = true
      events.sendAndKeep(
        .warning(
          code: "soundUnsure",
          message:
            "something plays of which it is not sure whose it is, as from a sandbox; it is left out, and silence instead"
        ))
    }
    for role in fresh.missing where !toldOf.contains(role) {
      events.send(
        .warning(code: "soundSourceGone", message: "\(role.words) is gone; there is silence until it is back"))
    }
    if !fresh.missing.isEmpty, fresh.targets.isEmpty, toldOf.isEmpty { events.send(.muted) }
    if !toldOf.isEmpty, fresh.missing.isEmpty { events.send(.unmuted) }
    toldOf = fresh.missing
    for (role, target) in fresh.targets {
      if let previous = previousNames[role], previous != target.name, role.isDevice,
        inventory.device(named: previous) == nil
      {
        events.send(
          .warning(
            code: "soundSourceChanged",
            message: "the sound source \(printable(previous)) is gone; \(printable(target.name)) is recorded instead"))
      }
      previousNames[role] = target.name
    }
  }

  private func tellSilence(_ now: MediaTime) {
    for (role, stream) in streams where stream.state == .running {
      guard let look = look(role, stream) else { continue }
      for warning in watches[role, default: SilenceWatch()].look(look, now: now) {
        events.sendAndKeep(.warning(code: warning.code, message: warning.message))
      }
    }
  }

  private func look(_ role: SoundPlan.Role, _ stream: PulseStream) -> SilenceWatch.Look? {
    guard let device = inventory.device(named: stream.target.name) else { return nil }
    let playback = stream.target.playback.flatMap { index in inventory.playbacks.first { $0.index == index } }
    // One program's sound is taken before its output's volume.
    let sink = stream.target.playback == nil ? device.sink.flatMap { inventory.sink($0) } : nil
    func called(_ description: String, _ name: String) -> String { printable(description.isEmpty ? name : description) }
    let name = called(device.description, device.name)
    let mutes: [(String, SoundInventory.Mute?)] = [
      (name, device.mute), (sink.map { called($0.description, $0.name) } ?? "", sink?.mute),
      ("the program", playback?.mute), ("this recording", stream.mute),
    ]
    let mute = mutes.first { $0.1 != nil }
    let isPlayed = inventory.playbacks.contains { $0.sink == device.sink && !$0.isCorked && $0.mute == nil }
    return SilenceWatch.Look(
      name: name, mute: mute.map { $0.1 == .muted ? "\($0.0) is muted" : "the volume of \($0.0) is 0" },
      silence: stream.lane.silence, hasSounded: stream.lane.hasSounded,
      isExpected: stream.target.playback == nil && (device.sink == nil || isPlayed), lowering: sink?.lowering ?? 0)
  }

  private func tellLoss() {
    let jumps = lost.jumps + streams.values.reduce(0) { $0 + $1.lane.jumps }
    guard jumps > toldLost else { return }
    let frames = lost.frames + streams.values.reduce(0) { $0 + $1.lane.lostFrames }
    toldLost = jumps
    let seconds = Double(frames * 10 / AudioFrame.sampleRate) / 10
    events.send(
      .warning(
        code: "soundLost",
        message:
          "sound was lost and is silence instead, \(jumps) times so far, \(seconds) s together; the machine may be "
          + "too busy"))
  }
}

extension SoundPlan.Role {
  var order: UInt64 {
    switch self {
    case .system: 0
    case .microphone: 1
    case .named: 2
    case .playback(let index): 3 + UInt64(index)
    }
  }

  fileprivate var isDevice: Bool { if case .playback = self { false } else { true } }

  fileprivate var words: String {
    switch self {
    case .system: "the output whose sound is recorded"
    case .microphone: "the microphone"
    case .named, .playback: "the sound source"
    }
  }
}

extension SoundPlan {
  /// Two, unless a single source of one is all.
  func channelCount(_ inventory: SoundInventory) -> Int {
    guard targets.count == 1, let target = targets.first?.value, target.playback == nil else { return 2 }
    return min(2, target.channels.count)
  }
}
