import CX11
import Media

/// Paints parts of windows from their own pixmaps. These hold no pixels of other windows, whatever a compositing manager
/// shows on the screen. Used by one thread only.
///
/// A manager unredirects a window that fills the screen, so that it has no pixmap. Such a window is redirected here while it is
/// painted.
final class PatchPainter {
  private let connection: XConnection
  private let reader: DrawableReader
  private var pixmaps: [Pixmap] = []
  private var redirected: [Window: MediaTime] = [:]
  /// When the next window can be painted that was not drawn yet.
  private(set) var nextDeadline: MediaTime?

  init(_ connection: XConnection) {
    self.connection = connection
    reader = DrawableReader(connection, shared: 1 << 20)
  }

  deinit { release(Array(redirected.keys)) }

  /// To be called before the patches of a picture are painted, with all of them.
  func begin(_ patches: [MaskedPlaces.Patch]) {
    nextDeadline = nil
    guard !redirected.isEmpty else { return }
    let kept = Set(patches.map(\.window))
    release(redirected.keys.filter { !kept.contains($0) })
  }

  /// Paints `region` of a picture of `area` over its present pixels. A part that cannot be read stays as it is: its window is
  /// gone, or has another size or no pixmap of its own.
  func paint(_ patch: MaskedPlaces.Patch, _ region: ExactRegion, in area: PixelRect, onto picture: PixelBlock) {
    let drawn = redirected[patch.window].map { $0 + MaskedPlaces.delay }
    if let drawn, drawn > .now { return nextDeadline = min(nextDeadline ?? drawn, drawn) }
    guard !region.isEmpty else { return }
    // Named again for each picture: a manager may have given the window another pixmap.
    var pixmap = Pixmap()
    let error = connection.trap { pixmap = XCompositeNameWindowPixmap(connection.display, patch.window) }
    guard error == nil else { return redirect(patch) }
    pixmaps.append(pixmap)
    for rect in region.rects {
      let place = rect.relative(toX: patch.rect.x - area.x, y: patch.rect.y - area.y)
      _ = reader.paint(place, of: pixmap, patch.format, isBlended: true, onto: picture.at(x: rect.x, y: rect.y))
    }
  }

  /// Frees the pixmaps of the last picture.
  func finish() {
    for pixmap in pixmaps { XFreePixmap(connection.display, pixmap) }
    pixmaps = []
  }

  private func redirect(_ patch: MaskedPlaces.Patch) {
    guard patch.isWindow, redirected[patch.window] == nil else { return }
    let error = connection.trap {
      XCompositeRedirectWindow(connection.display, patch.window, CompositeRedirectAutomatic)
    }
    guard error == nil else { return }
    // The new pixmap begins with what the screen showed there.
    redirected[patch.window] = .now
    nextDeadline = min(nextDeadline ?? .distantFuture, .now + MaskedPlaces.delay)
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
