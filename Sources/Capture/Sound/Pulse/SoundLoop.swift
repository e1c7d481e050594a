import Glibc
import Media

/// The sound thread's work: keeps a connection to the server, records what was asked for of what there is, and delivers it on
/// the clock; silence where there is none.
final class SoundLoop {
  typealias Opened = (Result<String, DisplayMediaError>) -> Void

  /// A server that does not answer for so long is given up at the start.
  private static let patience = MediaTime.milliseconds(5000)
  /// From one attempt to the next, at first and at the most.
  private static let firstPause = MediaTime.milliseconds(250)
  private static let longestPause = MediaTime.milliseconds(4000)
  /// A thread that was away for longer had no time to fetch sound, and gets some.
  private static let absence = MediaTime.milliseconds(80)
  private static let catchUp = MediaTime.milliseconds(300)

  private let control: SoundControl
  private let loop: PulseLoop
  private let selection: AudioSelection
  private let server: String?
  private let wantedChannels: Int?

  private var connection: PulseConnection?
  private var mixer: SoundMixer?
  private var recording: SoundRecording?
  private var opened: Opened?
  /// When to connect next.
  private var connectAt = MediaTime.zero
  private var pause = SoundLoop.firstPause
  private var statistics = SoundStatistics()
  private var publishAt = MediaTime.zero
  private var isServerGone = false

  init(
    _ control: SoundControl, _ loop: PulseLoop, _ selection: AudioSelection, channelCount: Int?, server: String?
  ) {
    self.control = control
    self.loop = loop
    self.selection = selection
    self.server = server
    wantedChannels = channelCount
  }

  /// Works until it is told to stop, or cannot begin.
  /// - Parameter opened: called once, with the label, or why nothing can be recorded.
  func run(opened: @escaping Opened) {
    self.opened = opened
    let start = MediaTime.now
    connect()
    // There is none, and libpulse knows at once: no event is going to say so.
    if connection?.state == .failed { return finishOpening(.failure(.soundUnreachable(server))) }
    var last = start
    var isPatientUntil = start
    while !control.isStopping, !hasFailed {
      let deadline = deadline(start)
      guard loop.turn(until: deadline) else { break }
      let now = MediaTime.now
      if now - max(last, deadline) > Self.absence { isPatientUntil = now + Self.catchUp }
      last = now
      watch(now)
      if self.opened == nil {
        deliver(now, isPatient: now < isPatientUntil)
      } else if connection == nil || now - start > Self.patience {
        break
      }
    }
    recording?.close()
    recording = nil
    connection = nil
    finishOpening(.failure(.soundUnreachable(server)))
  }

  private var hasFailed = false

  private func finishOpening(_ result: Result<String, DisplayMediaError>) {
    guard let opened else { return }
    self.opened = nil
    if case .failure = result { hasFailed = true }
    opened(result)
  }

  private func deadline(_ start: MediaTime) -> MediaTime {
    guard opened == nil, let mixer else { return start + Self.patience }
    let due = min(mixer.nextDue, recording?.retryAt ?? .distantFuture)
    return connection == nil ? min(due, connectAt) : due
  }

  // MARK: - The server

  private func connect() {
    let connection = PulseConnection(loop, server: server, listsPlaybacks: true)
    connection.inventoryChanged = { [unowned self] in follow() }
    self.connection = connection
  }

  private func watch(_ now: MediaTime) {
    if connection?.state == .failed {
      recording?.close()
      connection = nil
      connectAt = now + pause
      pause = min(Self.longestPause, pause + pause)
      if opened == nil, !isServerGone {
        isServerGone = true
        control.events.send(
          .warning(
            code: "soundServerGone",
            message: "the sound server is gone; there is silence until it is back, which is looked for"))
        control.events.send(.muted)
      }
    } else if connection == nil, opened == nil, now >= connectAt {
      connect()
    }
    guard let connection, let recording else { return }
    recording.watch(connection, now)
    if opened != nil {
      if recording.hasFailed {
        finishOpening(.failure(.soundNotReadable(recording.label)))
      } else if recording.isRunning {
        finishOpening(.success(recording.label))
      }
    }
    if now >= publishAt { publish(now) }
  }

  /// Records what there is now.
  private func follow() {
    guard let connection, let inventory = connection.inventory else { return }
    if recording == nil {
      let fresh = SoundPlan(selection, inventory, known: nil)
      guard fresh.missing.isEmpty else { return finishOpening(.failure(.noSuchSound(selection, inventory.listing))) }
      let mixer = SoundMixer(channelCount: wantedChannels ?? fresh.channelCount(inventory), origin: .now)
      self.mixer = mixer
      recording = SoundRecording(selection, mixer, control.events)
    }
    statistics.connections += isServerGone || statistics.connections == 0 ? 1 : 0
    recording?.follow(connection, inventory, .now)
    if isServerGone {
      isServerGone = false
      pause = Self.firstPause
      control.events.send(.unmuted)
    }
    publish(.now)
  }

  // MARK: - Sound

  private func deliver(_ now: MediaTime, isPatient: Bool) {
    guard let mixer else { return }
    mixer.deliver(now: now, isPatient: isPatient) { samples, index in
      let timestamp = mixer.timestamp(of: index)
      control.sinks.deliver(
        AudioFrame(samples: samples, channelCount: mixer.channelCount, timestamp: timestamp))
      statistics.latency = now - timestamp
    }
  }

  private func publish(_ now: MediaTime) {
    publishAt = now + .milliseconds(500)
    guard let mixer, let recording else { return }
    recording.count(&statistics)
    control.publish(deviceId: recording.deviceId, channelCount: mixer.channelCount)
    control.publish(statistics)
  }
}
