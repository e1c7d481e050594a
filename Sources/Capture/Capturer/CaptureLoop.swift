import CX11
import Glibc
import Media

/// The capture thread's work. Created, run and released on that thread, which alone uses the X connection.
final class CaptureLoop {
  let label: String
  var name: String { target.map { printable($0.windowClass) } ?? label }

  let control: CaptureControl
  let options: DisplayMediaStreamOptions
  let connection: XConnection
  let extensions: XExtensions
  private var cursor: CursorTracker?
  private var cursorMode: CursorCapture
  private let tops: TopLevels?
  let target: WindowTarget?
  let exclusions: ExclusionMask?
  private let masker: PictureMasker?
  private var outline: [WindowTarget.Outline] = []
  /// The captured window is hidden: the last picture stays.
  var isMuted = false
  var surface: CapturedSurface
  private var pacer: FramePacer
  private var overlay = CursorOverlay()
  var statistics: CaptureStatistics
  /// Warnings that were not sent yet.
  private var warnings: [(code: String, message: String)]

  /// When damage was first reported that has not been read yet.
  private var damagedSince: MediaTime?
  private var lastDamage = MediaTime.zero
  var isLayoutStale = false
  /// Window events have arrived that `evaluateWindows` has not evaluated.
  private var areWindowsStale = false
  /// Since when the surface does not exist.
  var missingSince: MediaTime?
  var drawnCursor: CursorTracker.Drawn?
  /// Changes in the picture that were not delivered yet.
  var undelivered = DirtyRegion()
  /// Whether the last reading failed: then the next one waits for its slot, even for a new sink.
  private var isUnreadable = false
  private var screenSaver = ScreenSaverHold()

  /// A program's drawing of one step may reach the server in several writes. A picture between two of them would show half
  /// a step until the next slot.
  ///
  /// Measured with a program that draws 12 steps a second in ten writes over 1.5 ms: without this 49 % of the pictures
  /// were torn and twice as many were taken, with it 4 %.
  private static let settleTime = MediaTime.milliseconds(2)
  /// Desktops change layouts in steps, with a monitor off in between.
  private static let missingGrace = MediaTime.milliseconds(500)

  init(
    _ control: CaptureControl, _ options: DisplayMediaStreamOptions, _ methods: [CaptureMethod]
  ) throws(DisplayMediaError) {
    self.control = control
    self.options = options
    connection = try XConnection(options.display)
    extensions = XExtensions(connection)
    // Selected before the first query, so that no change in between is missed.
    XSelectInput(connection.display, connection.root, StructureNotifyMask)
    let watchesWindows = options.surface.displaySurface == .window || !options.excludedWindows.isEmpty
    let connection = connection
    let tops = watchesWindows ? TopLevels(connection, watches: true) : nil
    let excluded = options.excludedWindows
    let exclusions = excluded.isEmpty ? nil : tops.map { ExclusionMask($0, connection, selections: excluded) }
    self.tops = tops
    self.exclusions = exclusions
    masker = PictureMasker(exclusions, masks: options.masks, connection)
    if extensions.randrEvent != nil {
      let mask = RRScreenChangeNotifyMask | RRCrtcChangeNotifyMask | RROutputChangeNotifyMask
      XRRSelectInput(connection.display, connection.root, Int32(mask))
    }
    guard let screen = connection.rootSize else { throw .unreachable(options.display) }
    let monitors = try DisplaySources.monitors(connection, extensions)
    let usesDamage = extensions.damageEvent != nil
    let layout: SurfaceLayout
    let layers: PictureLayers
    if case .window(let wanted) = options.surface, let tops {
      let target = try WindowTarget(wanted, decorations: options.decorations, tops, connection)
      self.target = target
      if let top = target.top, let exclusions, exclusions.isMasked(top) { throw .excluded(target.title) }
      label = target.title
      switch target.queryState() {
      case .gone: throw .noSuchWindow(wanted, matches: [], all: tops.order.reversed().compactMap { tops.window($0) })
      case .shown(let found): layout = found
      case .hidden(let found):
        layout = found
        isMuted = true
      }
      outline = target.outline { exclusions?.isMasked($0) ?? false }
      layers = PictureLayers(
        target.layers(layout, usesDamage: usesDamage) { exclusions?.isMasked($0) ?? false })
    } else {
      target = nil
      (layout, label) = try SurfaceLayout.find(options.surface, screen: screen, monitors: monitors)
      layers = try PictureLayers(connection, desktop: layout, usesDamage: usesDamage)
    }
    cursorMode = options.cursor
    cursor = extensions.fixesEvent == nil ? nil : CursorTracker(connection, mode: options.cursor)
    surface = try CapturedSurface(connection, layout, layers, methods, usesDamage: usesDamage)
    warnings = CaptureWarnings.atStart(extensions, options, layout, monitors, surface.method)
    pacer = FramePacer(frameRate: options.frameRate, now: .now)
    statistics = CaptureStatistics(method: surface.method, detection: surface.detection)
    control.begin(socket: connection.fileDescriptor, size: layout.size, statistics)
    if isMuted { control.events.send(.muted) }
    if isMuted { warnings.append(CaptureWarnings.windowHidden(label)) }
    reportExclusions()
  }

  /// Captures until the capturer is stopped, or the surface or the display is gone.
  func run() -> MediaSourceEvent.EndReason {
    while true {
      takeEvents()
      let demand = control.demand
      if demand == .stop { return .stopped }
      if connection.isBroken { return .displayGone }
      if isLayoutStale {
        let isFound = followLayout()
        if !isFound, !connection.isBroken {
          if let missingSince, missingSince + Self.missingGrace <= .now {
            if target != nil { warnings.append(CaptureWarnings.windowClosed(label)) }
            sendWarnings()
            return .surfaceGone
          }
          missingSince = missingSince ?? .now
          wait(until: .now + .milliseconds(50))
        }
        continue
      }
      // Also while no sink is attached: a window that has an excluded name in the meantime stays excluded.
      if let tops, tops.hasUnknown, exclusions != nil || demand != .sleep {
        tops.identify()
        areWindowsStale = true
        evaluateWindows()
        if isLayoutStale || (demand == .sleep && tops.hasUnknown) { continue }
      }
      sendWarnings()
      if demand == .sleep {
        wait(until: nil)
        continue
      }
      if let requested = control.takeRequested() { apply(requested) }
      if isMuted, demand != .pictureAtOnce {
        wait(until: nil)
        continue
      }
      let now = MediaTime.now
      screenSaver.hold(connection, now: now)
      let due = demand == .pictureAtOnce && !isUnreadable ? now : nextDue
      if due <= now { tick(now) } else { wait(until: due) }
    }
  }

  /// Applies the tracks' requested settings.
  private func apply(_ requested: RequestedSettings) {
    let now = MediaTime.now
    if let frameRate = requested.frameRate { pacer.change(frameRate: frameRate, now: now) }
    guard let mode = requested.cursor, mode != cursorMode else { return }
    cursorMode = mode
    cursor = extensions.fixesEvent == nil ? nil : CursorTracker(connection, mode: mode)
    // The pointer comes or goes though nothing else may change.
    damagedSince = damagedSince ?? now
  }

  // MARK: When

  /// When the screen has to be read next.
  private var nextDue: MediaTime {
    var due = surface.nextUpdate(interval: pacer.interval)
    if let damagedSince { due = min(due, damagedSince + Self.settleTime) }
    for deadline in [exclusions?.nextDeadline, masker?.nextDeadline] { due = min(due, deadline ?? due) }
    if let cursor {
      let now = MediaTime.now
      var interval = CursorTracker.restInterval
      if cursor.isMoving(now) {
        // While a program draws, its damage makes a picture that includes the pointer. A query just before would use its slot.
        let isDrawing = now - lastDamage < .nanoseconds(3 * pacer.interval.nanoseconds)
        interval = isDrawing ? .nanoseconds(pacer.interval.nanoseconds * 3 / 2) : pacer.interval
      }
      due = min(due, cursor.needsShape ? .zero : cursor.lastQuery + interval)
    }
    return max(due, pacer.next)
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

  // MARK: Events

  /// Processes the events that are queued or can be read.
  private func takeEvents() {
    var event = XEvent()
    while XPending(connection.display) > 0 {
      XNextEvent(connection.display, &event)
      take(&event)
    }
    evaluateWindows()
  }

  /// Processes the events that arrived with a reply.
  private func takeQueuedEvents() {
    var event = XEvent()
    while XEventsQueued(connection.display, Int32(QueuedAlready)) > 0 {
      XNextEvent(connection.display, &event)
      take(&event)
    }
    evaluateWindows()
  }

  private func take(_ event: inout XEvent) {
    let type = event.type
    if type == extensions.damageEvent {
      let damage = withUnsafePointer(to: &event) {
        $0.withMemoryRebound(to: XDamageNotifyEvent.self, capacity: 1) { $0.pointee.damage }
      }
      guard surface.isUnseen(damage, serial: event.xany.serial) else { return }
      let now = MediaTime.now
      damagedSince = damagedSince ?? now
      lastDamage = now
    } else if let first = extensions.fixesEvent, type == first + Int32(XFixesCursorNotify) {
      cursor?.shapeChanged()
    } else if let tops, tops.take(&event) {
      areWindowsStale = true
    } else if let first = extensions.randrEvent, type == first || type == first + Int32(RRNotify) {
      XRRUpdateConfiguration(&event)
      isLayoutStale = true
    } else if type == ConfigureNotify, event.xconfigure.window == connection.root {
      XRRUpdateConfiguration(&event)
      isLayoutStale = true
    }
  }

  /// Evaluates the window events so far: whether the surface, the exclusions or the mask have changed. Once for all of them.
  private func evaluateWindows() {
    guard areWindowsStale else { return }
    areWindowsStale = false
    if let target {
      let fresh = target.outline { exclusions?.isMasked($0) ?? false }
      if fresh != outline {
        outline = fresh
        isLayoutStale = true
      }
    }
    reportExclusions()
    // The mask may have changed.
    if let exclusions, exclusions.needsRepaint { damagedSince = damagedSince ?? .now }
  }

  private func reportExclusions() {
    guard let tops, let reports = exclusions?.takeReports(), !reports.isEmpty else { return }
    let windows = reports.allSatisfy(\.fits) ? [] : tops.order.compactMap { tops.window($0) }
    warnings += reports.map {
      $0.fits
        ? CaptureWarnings.exclusionFits($0.selection) : CaptureWarnings.exclusionFitsNothing($0.selection, windows)
    }
  }

  private func sendWarnings() {
    guard !warnings.isEmpty else { return }
    for warning in warnings { control.events.sendAndKeep(.warning(code: warning.code, message: warning.message)) }
    warnings = []
  }

  // MARK: Reading the screen

  private func tick(_ start: MediaTime) {
    let wasDamaged = damagedSince != nil
    cursor?.query(now: start)
    cursor?.refreshShape()
    exclusions?.beginPicture(now: start)
    let update =
      isMuted ? CapturedSurface.Update(dirty: DirtyRegion()) : surface.update(damaged: wasDamaged, now: start)
    damagedSince = nil
    isUnreadable = update.dirty == nil
    let changes = update.isWhole ? DirtyRegion(PixelRect(surface.layout.size)) : update.dirty ?? DirtyRegion()
    let timestamp = MediaTime.now
    // The events up to the reply apply to these pixels: after a change of layout they would be from the wrong place.
    takeQueuedEvents()
    if let tops, tops.hasUnknown {
      // Windows that were renamed while the pixels were read are evaluated before the picture is delivered.
      tops.identify()
      areWindowsStale = true
      takeQueuedEvents()
    }
    if connection.isBroken { return }
    if isLayoutStale {
      undelivered.formUnion(changes)
      masker?.invalidate()
      // If the layout turns out to be the same, these changes still have to be delivered.
      damagedSince = start
      return
    }
    statistics.ticks += 1
    statistics.captureMicroseconds += Int((timestamp - start).nanoseconds / 1000)
    guard let dirty = update.dirty else {
      // The pixels could not be read; the surface will read them again.
      masker?.invalidate()
      pacer.tookFrame(at: start)
      return
    }
    statistics.audits += update.isAudit ? 1 : 0
    statistics.rects += dirty.rects.count
    statistics.pixels += dirty.rects.reduce(0) { $0 + $1.area }
    if update.isDamageWrong { warnings.append(CaptureWarnings.damageUnreliable) }

    let area = surface.layout.area
    undelivered.formUnion(masker?.mask(surface, of: target, changes) ?? changes)
    if let masker, masker.isPainted, let tops {
      // The painted windows were read after the screen, so events are processed once more.
      takeQueuedEvents()
      if tops.hasUnknown {
        tops.identify()
        areWindowsStale = true
        takeQueuedEvents()
      }
      if connection.isBroken { return }
      if let changed = masker.recheck(surface) {
        undelivered.formUnion(changed)
        damagedSince = damagedSince ?? .now
      }
    }
    if let exclusions, exclusions.needsRepaint { damagedSince = damagedSince ?? .now }
    var pointer = cursor?.placement(in: area, now: timestamp)
    // A window's picture shows the pointer only while it is over that window.
    if let target, let cursor, isMuted || !target.isUnderPointer(cursor.windowBelow) { pointer = nil }
    if pointer != drawnCursor {
      for rect in [pointer?.rect, drawnCursor?.rect].compactMap({ $0 }) {
        undelivered.add(rect.intersection(PixelRect(area.size)))
      }
      drawnCursor = pointer
    }
    if let pointer, let shape = cursor?.shape {
      overlay.draw(shape, at: pointer.rect, over: surface.picture, area.size)
    }
    let isDelivered = control.sinks.deliver(
      VideoFrame(
        pixels: surface.picture.base, bytesPerRow: surface.picture.bytesPerRow, size: area.size, dirty: undelivered,
        timestamp: timestamp, captureTime: timestamp - start))
    undelivered.removeAll()
    overlay.erase(from: surface.picture)
    statistics.framesCaptured += isDelivered ? 1 : 0
    statistics.unchanged += isDelivered ? 0 : 1
    statistics.method = surface.method
    statistics.detection = surface.detection
    control.publish(area.size, statistics)
    // Damage outside the picture uses a slot, too: else another program that draws all the time would keep this thread busy.
    if isDelivered || wasDamaged { pacer.tookFrame(at: start) }
  }
}
