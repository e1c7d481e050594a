import CX11
import Glibc
import Media

/// The capture thread's work: takes the X server's events, reads the surface when the schedule says so, and delivers pictures.
/// Created, run and released on that thread, which alone uses the X connection.
final class CaptureLoop {
  /// The surface's name for users.
  var label: String { follower.label }
  /// The same, but for a window its class instead of its title.
  var name: String { follower.target.map { printable($0.windowClass) } ?? label }

  private let control: CaptureControl
  private let connection: XConnection
  private let extensions: XExtensions
  private let follower: SurfaceFollower
  private let composer: PictureComposer
  private var schedule: CaptureSchedule
  private var screenSaver = ScreenSaverHold()
  private var statistics: CaptureStatistics
  /// Warnings that were not sent yet.
  private var warnings: [CaptureWarnings.Warning]

  init(
    _ control: CaptureControl, _ options: DisplayMediaStreamOptions, _ methods: [CaptureMethod]
  ) throws(DisplayMediaError) {
    self.control = control
    connection = try XConnection(options.display)
    extensions = XExtensions(connection)
    follower = try SurfaceFollower(connection, extensions, options, methods)
    composer = PictureComposer(connection, extensions, options, follower.exclusions)
    schedule = CaptureSchedule(frameRate: options.frameRate, now: .now)
    let surface = follower.surface
    statistics = CaptureStatistics(method: surface.method, detection: surface.detection)
    warnings = CaptureWarnings.atStart(extensions, options, surface.layout, follower.monitors, surface.method)
    control.begin(socket: connection.fileDescriptor, size: surface.layout.size, statistics)
    if follower.isMuted {
      control.events.send(.muted)
      warnings.append(CaptureWarnings.windowHidden(label))
    }
    warnings += follower.exclusions?.takeWarnings() ?? []
  }

  /// Captures until the capturer is stopped, or the surface or the display is gone.
  func run() -> MediaSourceEvent.EndReason {
    while true {
      processEvents(QueuedAfterFlush)
      let demand = control.demand
      if demand == .stop { return .stopped }
      if connection.isBroken { return .displayGone }
      if follower.isStale {
        if !follow(), !connection.isBroken {
          guard let retry = schedule.noteMissing(at: .now) else {
            if follower.target != nil { warnings.append(CaptureWarnings.windowClosed(label)) }
            sendWarnings()
            return .surfaceGone
          }
          wait(until: retry)
        }
        continue
      }
      // Also while no sink is attached: a window that has an excluded name in the meantime stays excluded.
      if follower.hasUnknownWindows, follower.exclusions != nil || demand != .sleep {
        follower.identifyWindows()
        evaluateWindows()
        if follower.isStale || (demand == .sleep && follower.hasUnknownWindows) { continue }
      }
      sendWarnings()
      if demand == .sleep {
        wait(until: nil)
        continue
      }
      if let requested = control.takeRequested() { apply(requested) }
      if follower.isMuted, demand != .pictureAtOnce {
        wait(until: nil)
        continue
      }
      let now = MediaTime.now
      screenSaver.hold(connection, now: now)
      let due = nextReading(isAwaited: demand == .pictureAtOnce, now)
      if due <= now { tick(now) } else { wait(until: due) }
    }
  }

  /// Applies the tracks' requested settings.
  private func apply(_ requested: RequestedSettings) {
    let now = MediaTime.now
    if let frameRate = requested.frameRate { schedule.change(frameRate: frameRate, now: now) }
    // The pointer comes or goes though nothing else may change.
    if let mode = requested.cursor, composer.change(cursor: mode) { schedule.noteChange(at: now) }
  }

  /// Has the surface follow its window or its monitors.
  /// - Returns: whether the surface exists.
  private func follow() -> Bool {
    let wasMuted = follower.isMuted
    let finding = follower.follow()
    if finding == .missing { return false }
    schedule.notePresent()
    if finding == .replaced {
      composer.startOver()
      // Published before the first picture of the new size, so that a sink that gets it reads the right settings.
      control.publish(follower.surface.layout.size, statistics)
    }
    if follower.isMuted != wasMuted { control.events.send(wasMuted ? .unmuted : .muted) }
    return true
  }

  private func nextReading(isAwaited: Bool, _ now: MediaTime) -> MediaTime {
    schedule.nextReading(
      isAwaited: isAwaited, surface: follower.surface.nextUpdate(interval: schedule.interval),
      mask: [follower.exclusions?.nextDeadline, composer.nextDeadline].compactMap { $0 }.min(),
      pointer: composer.pointer(now), now: now)
  }

  private func wait(until due: MediaTime?) {
    // Xlib may have read events already; the socket does not become readable for these.
    guard XPending(connection.display) == 0, !connection.isBroken else { return }
    var descriptors = [
      pollfd(fd: connection.fileDescriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: control.wakeUp.fileDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    var timeout: Int32 = -1
    if let due {
      // Rounded up: waking a moment early would only mean sleeping again.
      timeout = Int32(clamping: max(0, ((due - .now).nanoseconds + 999_999) / 1_000_000))
    }
    poll(&descriptors, 2, timeout)
    if descriptors[1].revents != 0 { control.wakeUp.clear() }
  }

  private func sendWarnings() {
    guard !warnings.isEmpty else { return }
    for warning in warnings { control.events.sendAndKeep(.warning(code: warning.code, message: warning.message)) }
    warnings = []
  }

  // MARK: Events

  /// Processes the queued events.
  /// - Parameter mode: Xlib's: `QueuedAlready` for those that arrived with a reply, `QueuedAfterFlush` for all that can be read.
  private func processEvents(_ mode: Int32) {
    var event = XEvent()
    while XEventsQueued(connection.display, mode) > 0 {
      XNextEvent(connection.display, &event)
      process(&event)
    }
    evaluateWindows()
  }

  /// Processes the events up to the last reply, and those up to the properties of windows that they have changed: windows that
  /// were renamed while pixels were read are evaluated before the picture is delivered.
  private func processEventsOfReply() {
    processEvents(QueuedAlready)
    if follower.hasUnknownWindows {
      follower.identifyWindows()
      processEvents(QueuedAlready)
    }
  }

  private func process(_ event: inout XEvent) {
    if event.type == extensions.damageEvent {
      let damage = withUnsafePointer(to: &event) {
        $0.withMemoryRebound(to: XDamageNotifyEvent.self, capacity: 1) { $0.pointee.damage }
      }
      if follower.surface.isUnseen(damage, serial: event.xany.serial) { schedule.noteDamage(at: .now) }
    } else if let first = extensions.fixesEvent, event.type == first + Int32(XFixesCursorNotify) {
      composer.cursorShapeChanged()
    } else {
      follower.take(&event)
    }
  }

  /// Evaluates the window events so far: whether the surface, the exclusions or the mask have changed. Once for all of them.
  private func evaluateWindows() {
    guard follower.evaluateWindows() else { return }
    warnings += follower.exclusions?.takeWarnings() ?? []
    noteMaskChange()
  }

  private func noteMaskChange() {
    if let exclusions = follower.exclusions, exclusions.needsRepaint { schedule.noteChange(at: .now) }
  }

  // MARK: A picture

  /// Reads the surface, and delivers its picture.
  private func tick(_ start: MediaTime) {
    let wasDamaged = schedule.hasChanges
    composer.queryCursor(now: start)
    follower.exclusions?.beginPicture(now: start)
    let update = follower.update(damaged: wasDamaged, now: start)
    schedule.finishReading(hasFailed: update.dirty == nil)
    let whole = PixelRect(follower.surface.layout.size)
    let changes = update.isWhole ? DirtyRegion(whole) : update.dirty ?? DirtyRegion()
    let timestamp = MediaTime.now
    // The events up to the reply apply to these pixels: after a change of layout they would be from the wrong place.
    processEventsOfReply()
    if connection.isBroken { return }
    if follower.isStale {
      composer.postpone(changes)
      // If the layout turns out to be the same, these changes still have to be delivered.
      schedule.noteChange(at: start)
      return
    }
    statistics.count(update, time: timestamp - start)
    if update.dirty == nil {
      // The pixels could not be read; the surface will read them again.
      composer.postpone(changes)
      schedule.useSlot(at: start)
      return
    }
    if update.isDamageWrong { warnings.append(CaptureWarnings.damageUnreliable) }
    guard mask(changes) else { return }
    let isDelivered = composer.deliver(
      follower.surface, of: follower.target, at: timestamp, captureTime: timestamp - start,
      showsPointer: !follower.isMuted, to: control.sinks)
    publish(isDelivered: isDelivered)
    // Damage outside the picture uses a slot, too: else another program that draws all the time would keep this thread busy.
    if isDelivered || wasDamaged { schedule.useSlot(at: start) }
  }

  /// Masks the picture that was just read.
  /// - Returns: whether it may be delivered: not if the connection was lost, as windows' names are not known then.
  private func mask(_ changes: DirtyRegion) -> Bool {
    let surface = follower.surface
    composer.mask(surface, of: follower.target, changes)
    if composer.hasPaintedWindows {
      // The painted windows were read after the screen, so events are processed once more.
      processEventsOfReply()
      if connection.isBroken { return false }
      if composer.recheck(surface) { schedule.noteChange(at: .now) }
    }
    noteMaskChange()
    return true
  }

  private func publish(isDelivered: Bool) {
    let surface = follower.surface
    statistics.framesCaptured += isDelivered ? 1 : 0
    statistics.unchanged += isDelivered ? 0 : 1
    statistics.method = surface.method
    statistics.detection = surface.detection
    control.publish(surface.layout.size, statistics)
  }
}
