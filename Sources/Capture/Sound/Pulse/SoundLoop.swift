import Glibc
import Media

/// The sound thread's work: keeps a connection to the server, records the selection, and delivers it on the clock, with silence
/// where sound is missing.
final class SoundLoop {
  typealias Opened = (Result<String, DisplayMediaError>) -> Void

  /// How long opening may take until the server counts as unreachable.
  private static let openTimeout = MediaTime.milliseconds(5000)
  /// The first and the longest delay before connecting again.
  private static let firstRetryDelay = MediaTime.milliseconds(250)
  private static let longestRetryDelay = MediaTime.milliseconds(4000)
  /// After a longer delay, the thread had no time to fetch sound: nothing is counted as missing during a grace period.
  private static let longestDelay = MediaTime.milliseconds(80)
  private static let gracePeriod = MediaTime.milliseconds(300)

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
  private var retryDelay = SoundLoop.firstRetryDelay
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

  /// Runs until it is stopped, or fails to open.
  /// - Parameter opened: called once, with the label, or the reason why nothing can be recorded.
  func run(opened: @escaping Opened) {
    self.opened = opened
    let start = MediaTime.now
    connect()
    // libpulse may know at once that there is no server: no event follows then.
    if connection?.state == .failed { return finishOpening(.failure(.soundUnreachable(server))) }
    var last = start
    var graceDeadline = start
    while !control.isStopping, !hasFailed {
      let deadline = deadline(start)
      guard loop.turn(until: deadline) else { break }
      let now = MediaTime.now
      if now - max(last, deadline) > Self.longestDelay { graceDeadline = now + Self.gracePeriod }
      last = now
      observe(now)
      if self.opened == nil {
        deliver(now, isCatchingUp: now < graceDeadline)
      } else if connection == nil || now - start > Self.openTimeout {
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
    guard opened == nil, let mixer else { return start + Self.openTimeout }
    let due = min(mixer.nextDue, recording?.retryAt ?? .distantFuture)
    return connection == nil ? min(due, connectAt) : due
  }

  // MARK: - The server

  private func connect() {
    let connection = PulseConnection(loop, server: server, listsPlaybacks: true)
    connection.inventoryChanged = { [unowned self] in inventoryChanged() }
    self.connection = connection
  }

  private func observe(_ now: MediaTime) {
    if connection?.state == .failed {
      recording?.close()
      connection = nil
      connectAt = now + retryDelay
      retryDelay = min(Self.longestRetryDelay, retryDelay + retryDelay)
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
    recording.observe(connection, now)
    if opened != nil {
      if recording.hasFailed {
        finishOpening(.failure(.soundNotReadable(recording.label)))
      } else if recording.isRunning {
        finishOpening(.success(recording.label))
      }
    }
    if now >= publishAt { publish(now) }
  }

  /// Records according to the server's new inventory.
  private func inventoryChanged() {
    guard let connection, let inventory = connection.inventory else { return }
    if recording == nil {
      let fresh = SoundPlan(selection, inventory, known: nil)
      guard fresh.missing.isEmpty else { return finishOpening(.failure(.noSuchSound(selection, inventory.listing))) }
      let mixer = SoundMixer(channelCount: wantedChannels ?? fresh.channelCount(inventory), origin: .now)
      self.mixer = mixer
      recording = SoundRecording(selection, mixer, control.events)
    }
    statistics.connections += isServerGone || statistics.connections == 0 ? 1 : 0
    recording?.reconcile(connection, inventory, .now)
    if isServerGone {
      isServerGone = false
      retryDelay = Self.firstRetryDelay
      control.events.send(.unmuted)
    }
    publish(.now)
  }

  // MARK: - Sound

  private func deliver(_ now: MediaTime, isCatchingUp: Bool) {
    guard let mixer else { return }
    mixer.deliver(now: now, isCatchingUp: isCatchingUp) { samples, index in
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
