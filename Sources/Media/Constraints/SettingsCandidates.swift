/// The settings a source could have, narrowed down by constraints. Source: W3C Media Capture and Streams §11, SelectSettings.
///
/// What the specification tries on every combination falls apart here: size, rate and the rest do not depend on each other,
/// so each is narrowed and chosen by itself. A picture keeps its shape and is never enlarged, so a width leaves one height.
struct SettingsCandidates {
  private let kind: MediaStreamTrack.Kind
  private let native: PixelSize?
  private var sizes: [PixelSize]
  private var resizeModes: [VideoResizeMode]
  private var frameRates: ClosedRange<Double>?
  private var cursors: [CursorCapture]
  private let capabilities: MediaTrackCapabilities
  private let current: MediaTrackSettings

  init(kind: MediaStreamTrack.Kind, capabilities: MediaTrackCapabilities, native: MediaTrackSettings) {
    self.kind = kind
    self.capabilities = capabilities
    current = native
    resizeModes = capabilities.resizeMode
    frameRates = capabilities.frameRate
    cursors = capabilities.cursor
    if let width = native.width, let height = native.height {
      let size = PixelSize(width: width, height: height)
      self.native = size
      sizes = resizeModes.contains(.cropAndScale) ? Self.scaled(size) : [size]
    } else {
      self.native = nil
      sizes = []
    }
  }

  /// Every size of `size`'s shape that does not enlarge it: one for each width and one for each height, largest first.
  static func scaled(_ size: PixelSize) -> [PixelSize] {
    let byWidth = (1...max(1, size.width)).map { size.fitted(into: PixelSize(width: $0, height: size.height)) }
    let byHeight = (1...max(1, size.height)).map { size.fitted(into: PixelSize(width: size.width, height: $0)) }
    return (byWidth + byHeight).sorted { $0.width * $0.height > $1.width * $1.height }
  }

  /// Leaves what `set` demands.
  /// - Throws: when nothing is left, with the constraint that nothing fulfils.
  mutating func restrict(to set: MediaTrackConstraintSet, bareIsExact: Bool) throws(OverconstrainedError) {
    if kind == .video {
      try restrictSizes(set, bareIsExact)
      if let wanted = set.frameRate?.resolved(bareIsExact: bareIsExact) { try restrictFrameRate(wanted) }
      if let wanted = set.cursor?.resolved(bareIsExact: bareIsExact), !wanted.exact.isEmpty {
        cursors.removeAll { !wanted.allows($0) }
        if cursors.isEmpty { throw failure("cursor", "one of \(names(wanted.exact))", names(capabilities.cursor)) }
      }
      try check(
        "displaySurface", set.displaySurface?.resolved(bareIsExact: bareIsExact), capabilities.displaySurface)
    } else {
      try check("sampleRate", set.sampleRate?.resolved(bareIsExact: bareIsExact), capabilities.sampleRate)
      try check("channelCount", set.channelCount?.resolved(bareIsExact: bareIsExact), capabilities.channelCount)
    }
    try check("deviceId", set.deviceId?.resolved(bareIsExact: bareIsExact), capabilities.deviceId)
    try check("groupId", set.groupId?.resolved(bareIsExact: bareIsExact), capabilities.groupId)
  }

  /// The settings nearest to what `set` wishes for; where it wishes for nothing, the largest picture and `frameRate`.
  func choose(_ set: MediaTrackConstraintSet, frameRate: Double?) -> MediaTrackSettings {
    var chosen = current
    if let (size, mode) = chooseSize(set) {
      chosen.width = size.width
      chosen.height = size.height
      chosen.aspectRatio = size.height > 0 ? Double(size.width) / Double(size.height) : nil
      chosen.resizeMode = mode
    }
    if let frameRates {
      let wish = set.frameRate?.resolved(bareIsExact: false).ideal.flatMap { $0.isNaN ? nil : $0 }
      chosen.frameRate = min(
        max(wish ?? frameRate ?? frameRates.upperBound, frameRates.lowerBound), frameRates.upperBound)
    }
    if let ideal = set.cursor?.resolved(bareIsExact: false).ideal, let cursor = cursors.first(where: ideal.contains) {
      chosen.cursor = cursor
    } else if let cursor = chosen.cursor, !cursors.contains(cursor) {
      chosen.cursor = cursors.first
    }
    return chosen
  }

  // MARK: - Sizes

  private mutating func restrictSizes(
    _ set: MediaTrackConstraintSet, _ bareIsExact: Bool
  ) throws(OverconstrainedError) {
    if let wanted = set.resizeMode?.resolved(bareIsExact: bareIsExact), !wanted.exact.isEmpty {
      resizeModes.removeAll { !wanted.allows($0) }
      if resizeModes.isEmpty {
        throw failure("resizeMode", "one of \(names(wanted.exact))", names(capabilities.resizeMode))
      }
      if !resizeModes.contains(.cropAndScale), let native { sizes.removeAll { $0 != native } }
      if sizes.isEmpty, native != nil { throw failure("resizeMode", "the source's own size", "others left") }
    }
    if let wanted = set.width?.resolved(bareIsExact: bareIsExact).map(Double.init), !wanted.demand.isEmpty {
      sizes.removeAll { !wanted.allows(Double($0.width)) }
      if sizes.isEmpty { throw failure("width", wanted.demand, text(capabilities.width)) }
    }
    if let wanted = set.height?.resolved(bareIsExact: bareIsExact).map(Double.init), !wanted.demand.isEmpty {
      sizes.removeAll { !wanted.allows(Double($0.height)) }
      if sizes.isEmpty { throw failure("height", wanted.demand, "\(text(capabilities.height)) of its own shape") }
    }
    if let wanted = set.aspectRatio?.resolved(bareIsExact: bareIsExact), !wanted.demand.isEmpty {
      // Whole pixels are never quite of the shape.
      guard let shape, wanted.allows(shape, tolerance: 0.01) else {
        throw failure("aspectRatio", wanted.demand, shape.map { "\($0)" } ?? "none")
      }
    }
  }

  private var shape: Double? { native.map { Double($0.width) / Double($0.height) } }

  private func chooseSize(_ set: MediaTrackConstraintSet) -> (PixelSize, VideoResizeMode?)? {
    guard let native, let largest = sizes.first else { return nil }
    let width = set.width?.resolved(bareIsExact: false).map(Double.init) ?? ConstrainDouble()
    let height = set.height?.resolved(bareIsExact: false).map(Double.init) ?? ConstrainDouble()
    let mode = set.resizeMode?.resolved(bareIsExact: false) ?? ConstrainChoice()
    func distance(_ size: PixelSize) -> Double {
      width.distance(Double(size.width)) + height.distance(Double(size.height))
    }
    var best = (size: largest, distance: Double.infinity)
    if resizeModes.contains(.cropAndScale) {
      for size in sizes {
        let distance = distance(size)
        if distance < best.distance { best = (size, distance) }
      }
      best.distance += mode.distance(.cropAndScale)
    }
    if resizeModes.contains(.native), sizes.contains(native),
      distance(native) + mode.distance(VideoResizeMode.native) <= best.distance
    {
      return (native, VideoResizeMode.native)
    }
    return (best.size, resizeModes.isEmpty ? nil : .cropAndScale)
  }

  // MARK: - The rest

  private mutating func restrictFrameRate(_ wanted: ConstrainDouble) throws(OverconstrainedError) {
    guard !wanted.demand.isEmpty else { return }
    let isNumber = [wanted.min, wanted.max, wanted.exact].allSatisfy { $0?.isNaN != true }
    let least = max(wanted.min ?? -.infinity, wanted.exact ?? -.infinity)
    let most = min(wanted.max ?? .infinity, wanted.exact ?? .infinity)
    guard isNumber, let rates = frameRates, least <= rates.upperBound, most >= rates.lowerBound, least <= most else {
      throw failure(
        "frameRate", wanted.demand, capabilities.frameRate.map { "\($0.lowerBound) to \($0.upperBound)" } ?? "none")
    }
    frameRates = max(least, rates.lowerBound)...min(most, rates.upperBound)
  }

  private func check<Value>(
    _ name: String, _ wanted: ConstrainChoice<Value>?, _ value: Value?
  ) throws(OverconstrainedError) {
    guard let wanted, !wanted.exact.isEmpty else { return }
    guard let value, wanted.allows(value) else {
      throw failure(name, "one of \(names(wanted.exact))", value.map { "\($0)" } ?? "none")
    }
  }

  private func check(
    _ name: String, _ wanted: ConstrainULong?, _ range: ClosedRange<Int>?
  ) throws(OverconstrainedError) {
    guard let wanted = wanted?.map(Double.init), !wanted.demand.isEmpty else { return }
    guard let range, range.contains(where: { wanted.allows(Double($0)) }) else {
      throw failure(name, wanted.demand, text(range))
    }
  }

  private func failure(_ name: String, _ demand: String, _ offer: String) -> OverconstrainedError {
    OverconstrainedError(constraint: name, message: "\(name) must be \(demand), but the source has \(offer)")
  }

  private func names<Value>(_ values: [Value]) -> String { values.map { "\($0)" }.joined(separator: ", ") }

  private func text(_ range: ClosedRange<Int>?) -> String {
    range.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" } ?? "none"
  }
}

extension MediaTrackConstraints {
  /// The settings to be had of a source under these constraints.
  /// - Parameters:
  ///   - native: what the source gives when nothing is asked of it.
  ///   - frameRate: where no rate is wished for.
  package func select(
    kind: MediaStreamTrack.Kind, capabilities: MediaTrackCapabilities, native: MediaTrackSettings, frameRate: Double?
  ) throws(OverconstrainedError) -> MediaTrackSettings {
    var candidates = SettingsCandidates(kind: kind, capabilities: capabilities, native: native)
    try candidates.restrict(to: basic, bareIsExact: false)
    for set in advanced {
      var narrowed = candidates
      do throws(OverconstrainedError) {
        try narrowed.restrict(to: set, bareIsExact: true)
        candidates = narrowed
      } catch {
        // What cannot be had with the sets before it is passed over.
      }
    }
    return candidates.choose(basic, frameRate: frameRate)
  }

  /// The size of the picture when the source's is `native`, which may have changed since the constraints were applied: then
  /// demands that cannot be fulfilled any more are fitted, never enlarged.
  func size(of native: PixelSize) -> PixelSize {
    guard self != MediaTrackConstraints() else { return native }
    let settings = MediaTrackSettings(width: native.width, height: native.height)
    if let chosen = try? sizesAlone.select(
      kind: .video, capabilities: MediaTrackCapabilities(scaling: settings), native: settings, frameRate: nil),
      let width = chosen.width, let height = chosen.height
    {
      return PixelSize(width: width, height: height)
    }
    func most(_ range: ConstrainULong?) -> Int? {
      guard let range = range?.resolved(bareIsExact: false) else { return nil }
      return [range.max, range.exact].compactMap { $0 }.min()
    }
    return native.fitted(
      into: PixelSize(
        width: max(1, most(basic.width) ?? native.width), height: max(1, most(basic.height) ?? native.height)))
  }

  private var sizesAlone: MediaTrackConstraints {
    func alone(_ set: MediaTrackConstraintSet) -> MediaTrackConstraintSet {
      MediaTrackConstraintSet(
        width: set.width, height: set.height, aspectRatio: set.aspectRatio, resizeMode: set.resizeMode)
    }
    return MediaTrackConstraints(alone(basic), advanced: advanced.map(alone))
  }
}
