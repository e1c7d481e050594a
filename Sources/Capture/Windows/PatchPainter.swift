import CX11
import Media

/// Paints parts of windows from their own pixmaps, which hold nothing of other windows whatever a compositing manager shows.
/// Used by one thread only.
///
/// A manager lets a window that fills the screen draw there by itself, without a pixmap: such a one is redirected here for as
/// long as it is painted.
final class PatchPainter {
  private let connection: XConnection
  private let reader: DrawableReader
  private var pixmaps: [Pixmap] = []
  private var redirected: [Window: MediaTime] = [:]
  /// When a window can be painted that could not yet.
  private(set) var nextDeadline: MediaTime?

  init(_ connection: XConnection) {
    self.connection = connection
    reader = DrawableReader(connection, shared: 1 << 20)
  }

  deinit { release(Array(redirected.keys)) }

  /// To be called before the patches of a picture are painted, with all there are.
  func begin(_ patches: [HiddenPlaces.Patch]) {
    nextDeadline = nil
    guard !redirected.isEmpty else { return }
    let kept = Set(patches.map(\.window))
    release(redirected.keys.filter { !kept.contains($0) })
  }

  /// Paints `region` of a picture of `area` over what is there. What cannot be read, since the window is gone, has another size
  /// or no pixmap of its own, is left as it is.
  func paint(_ patch: HiddenPlaces.Patch, _ region: ExactRegion, in area: PixelRect, onto picture: PixelBlock) {
    let drawn = redirected[patch.window].map { $0 + HiddenPlaces.delay }
    if let drawn, drawn > .now { return nextDeadline = min(nextDeadline ?? drawn, drawn) }
    guard !region.isEmpty else { return }
    // Asked for each time: a manager may have given the window another since.
    var pixmap = Pixmap()
    let error = connection.trap { pixmap = XCompositeNameWindowPixmap(connection.display, patch.window) }
    guard error == nil else { return redirect(patch) }
    pixmaps.append(pixmap)
    for rect in region.rects {
      let place = rect.relative(toX: patch.rect.x - area.x, y: patch.rect.y - area.y)
      _ = reader.paint(place, of: pixmap, patch.format, isBlended: true, onto: picture.at(x: rect.x, y: rect.y))
    }
  }

  /// Gives back what the last picture took.
  func finish() {
    for pixmap in pixmaps { XFreePixmap(connection.display, pixmap) }
    pixmaps = []
  }

  private func redirect(_ patch: HiddenPlaces.Patch) {
    guard patch.isWindow, redirected[patch.window] == nil else { return }
    let error = connection.trap {
      XCompositeRedirectWindow(connection.display, patch.window, CompositeRedirectAutomatic)
    }
    guard error == nil else { return }
    // Its first pixels are what the screen showed there.
    redirected[patch.window] = .now
    nextDeadline = min(nextDeadline ?? .distantFuture, .now + HiddenPlaces.delay)
  }

  private func release(_ windows: [Window]) {
    for window in windows {
      redirected[window] = nil
      XCompositeUnredirectWindow(connection.display, window, CompositeRedirectAutomatic)
    }
    if windows.isEmpty { return }
    connection.synchronize()
    _ = connection.takeError()
  }
}
