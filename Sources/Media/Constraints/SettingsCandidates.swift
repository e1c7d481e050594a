/// The possible settings of a source, narrowed down by constraints. Source: W3C Media Capture and Streams §11, SelectSettings.
///
/// The specification tries every combination of settings. Here size, rate and the rest are independent of each other, so each
/// is narrowed and chosen by itself. A picture keeps its aspect ratio and is never enlarged, so each width has one height.
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

  /// Every size with the aspect ratio of `size`, up to `size`: one for each width and one for each height, largest first.
  static func scaled(_ size: PixelSize) -> [PixelSize] {
    let byWidth = (1...max(1, size.width)).map { size.fitted(into: PixelSize(width: $0, height: size.height)) }
    let byHeight = (1...max(1, size.height)).map { size.fitted(into: PixelSize(width: size.width, height: $0)) }
    return (byWidth + byHeight).sorted { $0.width * $0.height > $1.width * $1.height }
  }

  /// Removes the candidates that `set` does not allow.
  /// - Throws: if none is left, with the constraint that no candidate fulfils.
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

  /// The candidate nearest to the ideal values in `set`; without these, the largest picture and `frameRate`.
  func choose(_ set: MediaTrackConstraintSet, frameRate: Double?) -> MediaTrackSettings {
    var chosen = current
    if let (size, mode) = chooseSize(set) {
      chosen.width = size.width
      chosen.height = size.height
      chosen.aspectRatio = size.height > 0 ? Double(size.width) / Double(size.height) : nil
      chosen.resizeMode = mode
    }
    if let frameRates {
      let ideal = set.frameRate?.resolved(bareIsExact: false).ideal.flatMap { $0.isNaN ? nil : $0 }
      chosen.frameRate = min(
        max(ideal ?? frameRate ?? frameRates.upperBound, frameRates.lowerBound), frameRates.upperBound)
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
    if let wanted = set.width?.resolved(bareIsExact: bareIsExact).map(Double.init), !wanted.requirement.isEmpty {
      sizes.removeAll { !wanted.allows(Double($0.width)) }
      if sizes.isEmpty { throw failure("width", wanted.requirement, text(capabilities.width)) }
    }
    if let wanted = set.height?.resolved(bareIsExact: bareIsExact).map(Double.init), !wanted.requirement.isEmpty {
      sizes.removeAll { !wanted.allows(Double($0.height)) }
      if sizes.isEmpty { throw failure("height", wanted.requirement, "\(text(capabilities.height)) of its own shape") }
    }
    if let wanted = set.aspectRatio?.resolved(bareIsExact: bareIsExact), !wanted.requirement.isEmpty {
      // A size in whole pixels rarely has exactly the requested ratio.
      guard let aspectRatio, wanted.allows(aspectRatio, tolerance: 0.01) else {
        throw failure("aspectRatio", wanted.requirement, aspectRatio.map { "\($0)" } ?? "none")
      }
    }
  }

  private var aspectRatio: Double? { native.map { Double($0.width) / Double($0.height) } }

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

  // MARK: - Other settings

  private mutating func restrictFrameRate(_ wanted: ConstrainDouble) throws(OverconstrainedError) {
    guard !wanted.requirement.isEmpty else { return }
    let isNumber = [wanted.min, wanted.max, wanted.exact].allSatisfy { $0?.isNaN != true }
    let least = max(wanted.min ?? -.infinity, wanted.exact ?? -.infinity)
    let most = min(wanted.max ?? .infinity, wanted.exact ?? .infinity)
    guard isNumber, let rates = frameRates, least <= rates.upperBound, most >= rates.lowerBound, least <= most else {
      throw failure(
        "frameRate", wanted.requirement, capabilities.frameRate.map { "\($0.lowerBound) to \($0.upperBound)" } ?? "none"
      )
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
    guard let wanted = wanted?.map(Double.init), !wanted.requirement.isEmpty else { return }
    guard let range, range.contains(where: { wanted.allows(Double($0)) }) else {
      throw failure(name, wanted.requirement, text(range))
    }
  }

  private func failure(_ name: String, _ requirement: String, _ available: String) -> OverconstrainedError {
    OverconstrainedError(constraint: name, message: "\(name) must be \(requirement), but the source has \(available)")
  }

  private func names<Value>(_ values: [Value]) -> String { values.map { "\($0)" }.joined(separator: ", ") }

  private func text(_ range: ClosedRange<Int>?) -> String {
    range.map { $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" } ?? "none"
  }
}

extension MediaTrackConstraints {
  /// Selects a source's settings under these constraints.
  /// - Parameters:
  ///   - kind: of media.
  ///   - capabilities: the source's.
  ///   - native: the source's settings without constraints.
  ///   - frameRate: the rate if the constraints have no ideal one.
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
        // A set that cannot be fulfilled together with those before it is skipped.
      }
    }
    return candidates.choose(basic, frameRate: frameRate)
  }

  /// The picture's size for a source of size `native`, which may have changed since the constraints were applied. If they cannot
  /// be fulfilled any more, the source's size is fitted into the allowed maximum.
  func size(of native: PixelSize) -> PixelSize {
    guard self != MediaTrackConstraints() else { return native }
    let settings = MediaTrackSettings(width: native.width, height: native.height)
    if let chosen = try? sizeConstraints.select(
      kind: .video, capabilities: MediaTrackCapabilities(scaling: settings), native: settings, frameRate: nil),
      let width = chosen.width, let height = chosen.height
    {
      return PixelSize(width: width, height: height)
    }
    func maximum(_ range: ConstrainULong?) -> Int? {
      guard let range = range?.resolved(bareIsExact: false) else { return nil }
      return [range.max, range.exact].compactMap { $0 }.min()
    }
    return native.fitted(
      into: PixelSize(
        width: max(1, maximum(basic.width) ?? native.width), height: max(1, maximum(basic.height) ?? native.height)))
  }

  private var sizeConstraints: MediaTrackConstraints {
    func filtered(_ set: MediaTrackConstraintSet) -> MediaTrackConstraintSet {
      MediaTrackConstraintSet(
        width: set.width, height: set.height, aspectRatio: set.aspectRatio, resizeMode: set.resizeMode)
    }
    return MediaTrackConstraints(filtered(basic), advanced: advanced.map(filtered))
  }
}
