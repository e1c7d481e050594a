import Media

/// Places that private windows left and that may still be seen.
///
/// Bounded: what there is no room for is joined with the place that it takes the least from others to join it with, so that
/// where much moves, what is black is little more than what must be.
struct Trail {
  private struct Place {
    var rect: PixelRect
    /// Until when it may be seen; nil: in the next picture alone.
    var until: MediaTime?

    func outlasts(_ other: Place) -> Bool {
      guard let until else { return other.until == nil }
      return other.until.map { $0 <= until } ?? true
    }

    func joined(_ other: Place) -> Place {
      Place(rect: rect.union(other.rect), until: outlasts(other) ? until : other.until)
    }

    /// What joining blackens besides.
    func waste(with other: Place) -> Int {
      rect.union(other.rect).area - rect.area - other.rect.area + rect.intersection(other.rect).area
    }
  }

  private static let capacity = 256

  private var places: [Place] = []

  var rects: [PixelRect] { places.map(\.rect) }
  var isEmpty: Bool { places.isEmpty }
  /// When the first of them can be seen no more.
  var nextDeadline: MediaTime? { places.compactMap(\.until).min() }

  mutating func add(_ rect: PixelRect, until: MediaTime?) {
    let place = Place(rect: rect, until: until)
    guard !rect.isEmpty, !places.contains(where: { $0.rect.contains(rect) && $0.outlasts(place) }) else { return }
    places.removeAll { rect.contains($0.rect) && place.outlasts($0) }
    places.append(place)
    if places.count > Self.capacity { joinTwo() }
  }

  /// Forgets what cannot be seen any more.
  mutating func forget(before now: MediaTime) { places.removeAll { $0.until.map { $0 <= now } ?? false } }

  /// A picture was taken.
  mutating func forgetPicture() { places.removeAll { $0.until == nil } }

  /// The newest with whichever suits it best, or two that one window left one after the other.
  private mutating func joinTwo() {
    let last = places.count - 1
    var best = (waste: Int.max, first: 0, second: last)
    for index in 0..<last {
      for second in index + 1 == last ? [last] : [index + 1, last] {
        let waste = places[index].waste(with: places[second])
        if waste < best.waste { best = (waste, index, second) }
      }
    }
    let joined = places[best.first].joined(places[best.second])
    places.remove(at: best.second)
    places.remove(at: best.first)
    places.removeAll { joined.rect.contains($0.rect) && joined.outlasts($0) }
    places.append(joined)
  }
}
