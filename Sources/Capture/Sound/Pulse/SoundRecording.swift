import Media

/// The streams of a selection: opened, closed and replaced as the server's devices and programs come and go. Used by one
/// thread only.
final class SoundRecording {
  private static let retryDelay = MediaTime.milliseconds(250)

  private let selection: AudioSelection
  private let mixer: SoundMixer
  private let events: EventBroadcaster<MediaSourceEvent>
  private var streams: [SoundPlan.Role: PulseStream] = [:]
  /// What to record; nil while there is no server.
  private var plan: SoundPlan?
  private var inventory = SoundInventory()
  /// The named source as it was last seen.
  private var known: SoundInventory.Device?
  private var watches: [SoundPlan.Role: SilenceWatch] = [:]
  /// When to check for silence next.
  private var silenceCheckAt = MediaTime.zero
  /// The devices' drifts as measured so far, by their names.
  private var drifts: [String: Double] = [:]
  private var reportedMissing: Set<SoundPlan.Role> = []
  private var previousNames: [SoundPlan.Role: String] = [:]
  private var lost = (jumps: 0, frames: 0)
  private var reportedJumps = 0
  /// Whether each present playback is the application's, by its index.
  private var ownership: [UInt32: (player: SoundInventory.Player, isIncluded: Bool?)] = [:]
  /// When the application was started, which distinguishes it from a later process with its PID.
  private let start: String?
  private var hasReportedUnsure = false
  /// When to open failed streams again.
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

  /// Whether all streams record.
  var isRunning: Bool { plan != nil && streams.values.allSatisfy { $0.state == .running } }

  /// Opens and closes streams so that the selection's devices and playbacks in `inventory` are recorded.
  func reconcile(_ connection: PulseConnection, _ inventory: SoundInventory, _ now: MediaTime) {
    if case .source(let wanted) = selection { known = inventory.named(wanted, known: known) ?? known }
    classify(inventory)
    let fresh = SoundPlan(selection, inventory, known: known) { [ownership] in ownership[$0.index]?.isIncluded ?? nil }
    reportChanges(fresh, inventory)
    self.inventory = inventory
    plan = fresh
    silenceCheckAt = now
    open(connection, now)
  }

  private func classify(_ inventory: SoundInventory) {
    guard case .application(let process) = selection else { return }
    let isThere = start != nil && ProcessTable.start(of: process) == start
    var table: ProcessTable?
    var fresh: [UInt32: (player: SoundInventory.Player, isIncluded: Bool?)] = [:]
    for playback in inventory.playbacks {
      if let known = ownership[playback.index], known.player == playback.player {
        fresh[playback.index] = known
        continue
      }
      if isThere, table == nil { table = .read() }
      let isIncluded =
        table.map { $0.isPlayer(playback.player, partOf: process, ownMachine: inventory.ownMachine) } ?? false
      fresh[playback.index] = (playback.player, isIncluded)
    }
    ownership = fresh
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

  /// Reopens failed streams, and reports loss and silence.
  func observe(_ connection: PulseConnection, _ now: MediaTime) {
    check(now)
    if let retryAt, now >= retryAt { open(connection, now) }
    reportLoss()
    if now >= silenceCheckAt {
      silenceCheckAt = now + Self.retryDelay
      reportSilence(now)
    }
  }

  private func check(_ now: MediaTime) {
    for (role, stream) in streams where stream.state == .failed {
      close(role, stream)
      hasFailed = true
      // Usually the source is gone, and the server's new inventory follows soon.
      retryAt = now + Self.retryDelay
    }
  }

  /// Closes all streams: the server is gone, or the capture ends.
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

  // MARK: - Warnings

  private func reportChanges(_ fresh: SoundPlan, _ inventory: SoundInventory) {
    if fresh.isUnsure, !hasReportedUnsure {
      hasReportedUnsure = true
      events.sendAndKeep(
        .warning(
          code: "soundUnsure",
          message:
            "something plays of which it is not sure whose it is, as from a sandbox; it is left out, and silence instead"
        ))
    }
    for role in fresh.missing where !reportedMissing.contains(role) {
      events.send(
        .warning(code: "soundSourceGone", message: "\(role.words) is gone; there is silence until it is back"))
    }
    if !fresh.missing.isEmpty, fresh.targets.isEmpty, reportedMissing.isEmpty { events.send(.muted) }
    if !reportedMissing.isEmpty, fresh.missing.isEmpty { events.send(.unmuted) }
    reportedMissing = fresh.missing
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

  private func reportSilence(_ now: MediaTime) {
    for (role, stream) in streams where stream.state == .running {
      guard let observation = observation(role, stream) else { continue }
      for warning in watches[role, default: SilenceWatch()].observe(observation, now: now) {
        events.sendAndKeep(.warning(code: warning.code, message: warning.message))
      }
    }
  }

  private func observation(_ role: SoundPlan.Role, _ stream: PulseStream) -> SilenceWatch.Observation? {
    guard let device = inventory.device(named: stream.target.name) else { return nil }
    let playback = stream.target.playback.flatMap { index in inventory.playbacks.first { $0.index == index } }
    // One program's sound is recorded before its output's volume.
    let sink = stream.target.playback == nil ? device.sink.flatMap { inventory.sink($0) } : nil
    func label(_ description: String, _ name: String) -> String { printable(description.isEmpty ? name : description) }
    let name = label(device.description, device.name)
    let mutes: [(String, SoundInventory.Mute?)] = [
      (name, device.mute), (sink.map { label($0.description, $0.name) } ?? "", sink?.mute),
      ("the program", playback?.mute), ("this recording", stream.mute),
    ]
    let mute = mutes.first { $0.1 != nil }
    let isPlayed = inventory.playbacks.contains { $0.sink == device.sink && !$0.isCorked && $0.mute == nil }
    return SilenceWatch.Observation(
      name: name, mute: mute.map { $0.1 == .muted ? "\($0.0) is muted" : "the volume of \($0.0) is 0" },
      silence: stream.lane.silence, hasSounded: stream.lane.hasSounded,
      isExpected: stream.target.playback == nil && (device.sink == nil || isPlayed), attenuation: sink?.attenuation ?? 0
    )
  }

  private func reportLoss() {
    let jumps = lost.jumps + streams.values.reduce(0) { $0 + $1.lane.jumps }
    guard jumps > reportedJumps else { return }
    let frames = lost.frames + streams.values.reduce(0) { $0 + $1.lane.lostFrames }
    reportedJumps = jumps
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
  /// Two, or one for a single mono source.
  func channelCount(_ inventory: SoundInventory) -> Int {
    guard targets.count == 1, let target = targets.first?.value, target.playback == nil else { return 2 }
    return min(2, target.channels.count)
  }
}
