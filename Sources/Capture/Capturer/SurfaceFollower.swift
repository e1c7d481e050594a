import CX11
import Media

/// The captured surface, which it keeps at the place of its window, its monitors or its region. Used by one thread only.
final class SurfaceFollower {
  /// What following has found.
  enum Finding {
    /// The surface does not exist at present.
    case missing
    /// The surface is as before, or was adjusted in place.
    case present
    /// `surface` is another one: nothing of it has been read yet.
    case replaced
  }

  /// What is followed.
  private enum Subject {
    case window(WindowTarget)
    case desktop
    case monitor(String)
    /// A region keeps its place and size; the part that is off the screen now is black.
    case region
  }

  /// The surface's name for users.
  let label: String
  private(set) var surface: CapturedSurface
  /// The captured window is hidden: the last picture stays.
  private(set) var isMuted = false
  /// The monitors at the start.
  let monitors: [DisplayMonitor]
  /// Events have arrived after which the surface may be at another place, and `follow` has not been called since.
  private(set) var isStale = false
  let exclusions: ExclusionMask?

  private let connection: XConnection
  private let extensions: XExtensions
  private let subject: Subject
  /// Nil if no windows are watched.
  private let tops: TopLevels?
  /// Window events have arrived that `evaluateWindows` has not evaluated.
  private var areWindowsStale = false

  /// - Throws: `DisplayMediaError` if there is no such surface, or it cannot be read.
  init(
    _ connection: XConnection, _ extensions: XExtensions, _ options: DisplayMediaStreamOptions,
    _ methods: [CaptureMethod]
  ) throws(DisplayMediaError) {
    self.connection = connection
    self.extensions = extensions
    // Selected before the first query, so that no change in between is missed.
    XSelectInput(connection.display, connection.root, StructureNotifyMask)
    var tops: TopLevels?
    var exclusions: ExclusionMask?
    if !options.excludedWindows.isEmpty {
      let watched = TopLevels(connection, watches: true)
      exclusions = ExclusionMask(watched, connection, selections: options.excludedWindows)
      tops = watched
    }
    if extensions.randrEvent != nil {
      let mask = RRScreenChangeNotifyMask | RRCrtcChangeNotifyMask | RROutputChangeNotifyMask
      XRRSelectInput(connection.display, connection.root, Int32(mask))
    }
    guard let screen = connection.rootSize else { throw .unreachable(options.display) }
    let monitors = try DisplaySources.monitors(connection, extensions)
    let usesDamage = extensions.damageEvent != nil
    let layout: SurfaceLayout
    switch options.surface {
    case .window(let wanted):
      let watched = tops ?? TopLevels(connection, watches: true)
      tops = watched
      let target = try WindowTarget(
        wanted, decorations: options.decorations, watched, connection, exclusions, usesDamage: usesDamage)
      switch target.queryState() {
      case .gone: throw .noSuchWindow(wanted, matches: [], all: watched.windows)
      case .shown(let found): layout = found
      case .hidden(let found):
        layout = found
        isMuted = true
      }
      (subject, label) = (.window(target), target.title)
    case .desktop:
      layout = .desktop(screen: screen, monitors: monitors)
      (subject, label) = (.desktop, "desktop")
    case .monitor(let wanted):
      (layout, label) = try SurfaceLayout.monitor(wanted, screen: screen, monitors: monitors)
      subject = .monitor(wanted)
    case .region(let wanted):
      layout = try .region(wanted, screen: screen, monitors: monitors)
      let area = layout.area
      (subject, label) = (.region, "region \(area.width)x\(area.height)+\(area.x)+\(area.y)")
    }
    let layers: PictureLayers
    if case .window(let target) = subject {
      _ = target.updateOutline()
      layers = PictureLayers(target.layers(layout))
    } else {
      layers = try PictureLayers(connection, desktop: layout, usesDamage: usesDamage)
    }
    surface = try CapturedSurface(connection, layout, layers, methods, usesDamage: usesDamage)
    self.tops = tops
    self.exclusions = exclusions
    self.monitors = monitors
  }

  /// The captured window; nil for a part of the screen.
  var target: WindowTarget? { if case .window(let target) = subject { target } else { nil } }

  // MARK: Events

  /// Processes an event of the windows or of the layout.
  func take(_ event: inout XEvent) {
    if let tops, tops.take(&event) {
      areWindowsStale = true
    } else if let first = extensions.randrEvent, event.type == first || event.type == first + Int32(RRNotify) {
      XRRUpdateConfiguration(&event)
      isStale = true
    } else if event.type == ConfigureNotify, event.xconfigure.window == connection.root {
      XRRUpdateConfiguration(&event)
      isStale = true
    }
  }

  /// Whether windows' properties or shapes have to be read.
  var hasUnknownWindows: Bool { tops?.hasUnknown ?? false }

  /// Reads windows' missing properties and shapes.
  func identifyWindows() {
    tops?.identify()
    areWindowsStale = true
  }

  /// Evaluates the window events so far, once for all of them: whether the captured window has changed.
  /// - Returns: whether there were any, so that the mask may have changed.
  func evaluateWindows() -> Bool {
    guard areWindowsStale else { return false }
    areWindowsStale = false
    if let target, target.updateOutline() { isStale = true }
    return true
  }

  // MARK: Following

  /// Applies the present layout of the monitors, or the present state of the captured window.
  func follow() -> Finding {
    let finding =
      switch subject {
      case .window(let target): followWindow(target)
      case .desktop: followScreen { .desktop(screen: $0, monitors: $1) }
      case .monitor(let wanted):
        followScreen { try? SurfaceLayout.monitor(wanted, screen: $0, monitors: $1).layout }
      case .region: followScreen { SurfaceLayout(area: surface.layout.area, screen: $0, monitors: $1) }
      }
    if finding != .missing { isStale = false }
    return finding
  }

  private func followWindow(_ target: WindowTarget) -> Finding {
    let layout: SurfaceLayout
    switch target.queryState() {
    case .gone: return .missing
    case .hidden:
      isMuted = true
      return .present
    case .shown(let found): layout = found
    }
    let layers = target.layers(layout)
    var finding = Finding.present
    if !surface.replaceLayers(layers, at: layout) {
      guard let fresh = try? surface.moved(to: layout, PictureLayers(layers)) else { return .missing }
      surface = fresh
      finding = .replaced
    }
    isMuted = false
    return finding
  }

  /// - Parameter place: the surface's layout on a screen with monitors; nil if it is not on it.
  private func followScreen(_ place: (PixelSize, [DisplayMonitor]) -> SurfaceLayout?) -> Finding {
    guard let screen = connection.rootSize, let monitors = try? DisplaySources.monitors(connection, extensions),
      let layout = place(screen, monitors)
    else { return .missing }
    if layout == surface.layout { return .present }
    let fresh = try? surface.moved(
      to: layout, PictureLayers(connection, desktop: layout, usesDamage: extensions.damageEvent != nil))
    guard let fresh else { return .missing }
    surface = fresh
    return .replaced
  }

  // MARK: Reading

  /// Brings the surface's picture up to date; a muted one stays as it is.
  /// - Parameter damaged: whether damage was reported.
  func update(damaged: Bool, now: MediaTime) -> CapturedSurface.Update {
    isMuted ? CapturedSurface.Update(dirty: DirtyRegion()) : surface.update(damaged: damaged, now: now)
  }
}
