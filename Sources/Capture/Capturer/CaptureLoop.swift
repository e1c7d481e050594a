import CX11
import Glibc
import Media

/// The capture thread's work. Made, run and let go of on that thread, which alone uses the X connection.
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
  let shield: PrivacyShield?
  private let cover: PictureCover?
  private var outline: [WindowTarget.Outline] = []
  /// The captured window is minimised: the last picture stays.
  var isMuted = false
  var surface: CapturedSurface
  private var pacer: FramePacer
  private var overlay = CursorOverlay()
  var statistics: CaptureStatistics
  /// Not said yet.
  private var warnings: [(code: String, message: String)]

  /// When damage was first heard of that was not taken yet.
  private var damagedSince: MediaTime?
  private var lastDamage = MediaTime.zero
  var isLayoutStale = false
  /// Windows came, went, moved or changed their names, and nobody has looked at what that means.
  private var areWindowsStale = false
  /// Since when the surface is in no layout.
  var missingSince: MediaTime?
  var drawnCursor: CursorTracker.Drawn?
  /// What is in the picture, but no sink was told of.
  var undelivered = DirtyRegion()
  /// Whether the last look failed: then not even a new sink makes another one due before its slot.
  private var isUnreadable = false
  private var screenSaver = ScreenSaverHold()

  /// A program's drawing of one step may reach the server in several writes; a picture between two of them would show
  /// half a step until the next slot.
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
    // Asked for before the first look, so that no change in between goes unnoticed.
    XSelectInput(connection.display, connection.root, StructureNotifyMask)
    let watchesWindows = options.surface.displaySurface == .window || !options.excludedWindows.isEmpty
    let connection = connection
    let tops = watchesWindows ? TopLevels(connection, watches: true) : nil
    let excluded = options.excludedWindows
    let shield = excluded.isEmpty ? nil : tops.map { PrivacyShield($0, connection, selections: excluded) }
    self.tops = tops
    self.shield = shield
    cover = PictureCover(shield, masks: options.masks, connection)
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
      if let top = target.top, let shield, shield.isHidden(top) { throw .excluded(target.title) }
      label = target.title
      switch target.look() {
      case .gone: throw .noSuchWindow(wanted, matches: [], all: tops.order.reversed().compactMap { tops.window($0) })
      case .shown(let found): layout = found
      case .hidden(let found):
        layout = found
        isMuted = true
      }
      outline = target.outline { shield?.isHidden($0) ?? false }
      layers = PictureLayers(
        target.layers(layout, usesDamage: usesDamage) { shield?.isHidden($0) ?? false })
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
    noteExclusions()
  }

  /// Captures until there is a reason not to.
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
            sayWarnings()
            return .surfaceGone
          }
          missingSince = missingSince ?? .now
          wait(until: .now + .milliseconds(50))
        }
        continue
      }
      // Also while nobody wants a picture: what is called by an excluded name meanwhile stays excluded.
      if let tops, tops.hasUnknown, shield != nil || demand != .sleep {
        tops.identify()
        areWindowsStale = true
        lookAtWindows()
        if isLayoutStale || (demand == .sleep && tops.hasUnknown) { continue }
      }
      sayWarnings()
      if demand == .sleep {
        wait(until: nil)
        continue
      }
      if let wishes = control.takeWishes() { adopt(wishes) }
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

  /// Goes on as the tracks wish now.
  private func adopt(_ wishes: MediaSourceWishes) {
    let now = MediaTime.now
    if let frameRate = wishes.frameRate { pacer.change(frameRate: frameRate, now: now) }
    guard let mode = wishes.cursor, mode != cursorMode else { return }
    cursorMode = mode
    cursor = extensions.fixesEvent == nil ? nil : CursorTracker(connection, mode: mode)
    // The pointer comes or goes though nothing else may change.
    damagedSince = damagedSince ?? now
  }

  // MARK: When

  /// When the next look at the screen is due.
  private var nextDue: MediaTime {
    var due = surface.nextLook(interval: pacer.interval)
    if let damagedSince { due = min(due, damagedSince + Self.settleTime) }
    for deadline in [shield?.nextDeadline, cover?.nextDeadline] { due = min(due, deadline ?? due) }
    if let cursor {
      let now = MediaTime.now
      var interval = CursorTracker.restInterval
      if cursor.isMoving(now) {
        // While something draws, its damage brings the pointer along; asking just before it would take its slot.
        let isDrawing = now - lastDamage < .nanoseconds(3 * pacer.interval.nanoseconds)
        interval = isDrawing ? .nanoseconds(pacer.interval.nanoseconds * 3 / 2) : pacer.interval
      }
      due = min(due, cursor.needsShape ? .zero : cursor.lastQuery + interval)
    }
    return max(due, pacer.next)
  }

  private func wait(until due: MediaTime?) {
    // Xlib may have read events already, and then the socket stays quiet.
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

  // MARK: What happened

  /// Takes the events that are here or can be read.
  private func takeEvents() {
    var event = XEvent()
    while XPending(connection.display) > 0 {
      XNextEvent(connection.display, &event)
      take(&event)
    }
    lookAtWindows()
  }

  /// Takes the events that came with a reply.
  private func takeQueuedEvents() {
    var event = XEvent()
    while XEventsQueued(connection.display, Int32(QueuedAlready)) > 0 {
      XNextEvent(connection.display, &event)
      take(&event)
    }
    lookAtWindows()
  }

  private func take(_ event: inout XEvent) {
    let type = event.type
    if type == extensions.damageEvent {
      let damage = withUnsafePointer(to: &event) {
        $0.withMemoryRebound(to: XDamageNotifyEvent.self, capacity: 1) { $0.pointee.damage }
      }
      guard surface.isNews(damage, serial: event.xany.serial) else { return }
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

  /// Looks at what the windows mean that came, went, moved or changed their names. Once for all of them.
  private func lookAtWindows() {
    guard areWindowsStale else { return }
    areWindowsStale = false
    if let target {
      let fresh = target.outline { shield?.isHidden($0) ?? false }
      if fresh != outline {
        outline = fresh
        isLayoutStale = true
      }
    }
    noteExclusions()
    // What is black may be others now.
    if let shield, shield.isDue { damagedSince = damagedSince ?? .now }
  }

  private func noteExclusions() {
    guard let tops, let news = shield?.takeNews(), !news.isEmpty else { return }
    let windows = news.allSatisfy(\.fits) ? [] : tops.order.compactMap { tops.window($0) }
    warnings += news.map {
      $0.fits
        ? CaptureWarnings.exclusionFits($0.selection) : CaptureWarnings.exclusionFitsNothing($0.selection, windows)
    }
  }

  private func sayWarnings() {
    guard !warnings.isEmpty else { return }
    for warning in warnings { control.events.sendAndKeep(.warning(code: warning.code, message: warning.message)) }
    warnings = []
  }

  // MARK: A look at the screen

  private func tick(_ start: MediaTime) {
    let wasDamaged = damagedSince != nil
    cursor?.query(now: start)
    cursor?.refreshShape()
    shield?.beginPicture(now: start)
    let look = isMuted ? CapturedSurface.Look(dirty: DirtyRegion()) : surface.look(damaged: wasDamaged, now: start)
    damagedSince = nil
    isUnreadable = look.dirty == nil
    let news = look.isWhole ? DirtyRegion(PixelRect(surface.layout.size)) : look.dirty ?? DirtyRegion()
    let timestamp = MediaTime.now
    // What the server said up to the reply holds for these pixels: of a changed layout they would be the wrong ones.
    takeQueuedEvents()
    if let tops, tops.hasUnknown {
      // What was renamed while the pixels were read is looked at before anyone sees them.
      tops.identify()
      areWindowsStale = true
      takeQueuedEvents()
    }
    if connection.isBroken { return }
    if isLayoutStale {
      undelivered.formUnion(news)
      cover?.doubt()
      // Should the layout prove the same after all, what was found is still to be delivered.
      damagedSince = start
      return
    }
    statistics.ticks += 1
    statistics.captureMicroseconds += Int((timestamp - start).nanoseconds / 1000)
    guard let dirty = look.dirty else {
      // The pixels could not be read; the surface knows that it has to look again.
      cover?.doubt()
      pacer.tookFrame(at: start)
      return
    }
    statistics.audits += look.isAudit ? 1 : 0
    statistics.rects += dirty.rects.count
    statistics.pixels += dirty.rects.reduce(0) { $0 + $1.area }
    if look.isDamageWrong { warnings.append(CaptureWarnings.damageUnreliable) }

    let area = surface.layout.area
    undelivered.formUnion(cover?.cover(surface, of: target, news) ?? news)
    if let cover, cover.isPainted, let tops {
      // These windows were read after the screen, and are looked at after that as well.
      takeQueuedEvents()
      if tops.hasUnknown {
        tops.identify()
        areWindowsStale = true
        takeQueuedEvents()
      }
      if connection.isBroken { return }
      if let changed = cover.recheck(surface) {
        undelivered.formUnion(changed)
        damagedSince = damagedSince ?? .now
      }
    }
    if let shield, shield.isDue { damagedSince = damagedSince ?? .now }
    var pointer = cursor?.placement(in: area, now: timestamp)
    // Of a window, the pointer is shown where it is over that window.
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
    // Damage elsewhere on the desktop takes a slot too, or a busy neighbour would keep this thread awake all the time.
    if isDelivered || wasDamaged { pacer.tookFrame(at: start) }
  }
}
