import Media

/// Places that masked windows have left and where their pixels may still be visible.
///
/// Bounded: above `capacity` the newest place is joined with the one that adds the least area, so that even with many moves
/// little more is black than necessary.
struct Trail {
  private struct Place {
    var rect: PixelRect
    /// How long its pixels may be visible.
    var until: MediaTime

    func outlasts(_ other: Place) -> Bool { other.until <= until }

    func joined(_ other: Place) -> Place {
      Place(rect: rect.union(other.rect), until: max(until, other.until))
    }

    /// The area that joining blackens in addition.
    func waste(with other: Place) -> Int {
      rect.union(other.rect).area - rect.area - other.rect.area + rect.intersection(other.rect).area
    }
  }

  private static let capacity = 256

  private var places: [Place] = []

  var rects: [PixelRect] { places.map(\.rect) }
  /// When the first of them expires.
  var nextDeadline: MediaTime? { places.map(\.until).min() }

  mutating func add(_ rect: PixelRect, until: MediaTime) {
    let place = Place(rect: rect, until: until)
    guard !rect.isEmpty, !places.contains(where: { $0.rect.contains(rect) && $0.outlasts(place) }) else { return }
    places.removeAll { rect.contains($0.rect) && place.outlasts($0) }
    places.append(place)
    if places.count > Self.capacity { joinTwo() }
  }

  mutating func removeExpired(_ now: MediaTime) { places.removeAll { $0.until <= now } }

  /// Joins the cheapest pair among two consecutive places, which one window often left one after the other, and the newest place
  /// with any other.
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
