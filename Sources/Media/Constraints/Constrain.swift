/// A constraint on a number. Source: W3C Media Capture and Streams §4.2.2, `ConstrainULong`, `ConstrainDouble`.
///
/// A bare number, as in `frameRate: 15`, means `ideal`, and within `advanced` it means `exact`.
public struct ConstrainRange<Value: Comparable & Hashable & Sendable>: Sendable, Hashable {
  /// The least allowed value.
  public var min: Value?
  /// The greatest allowed value.
  public var max: Value?
  /// The only allowed value.
  public var exact: Value?
  /// The preferred value: the nearest possible one is chosen.
  public var ideal: Value?
  private var bare: Value?

  public init(min: Value? = nil, max: Value? = nil, exact: Value? = nil, ideal: Value? = nil) {
    self.min = min
    self.max = max
    self.exact = exact
    self.ideal = ideal
  }

  /// The bare number.
  public init(_ bare: Value) {
    self.init()
    self.bare = bare
  }

  /// This constraint with its bare number moved to `exact` or `ideal`.
  package func resolved(bareIsExact: Bool) -> ConstrainRange {
    ConstrainRange(
      min: min, max: max, exact: exact ?? (bareIsExact ? bare : nil), ideal: ideal ?? (bareIsExact ? nil : bare))
  }

  /// Whether `min` or `exact` is set, which `getDisplayMedia` does not allow.
  public var hasMinOrExact: Bool { min != nil || exact != nil }
}

public typealias ConstrainULong = ConstrainRange<Int>
public typealias ConstrainDouble = ConstrainRange<Double>

extension ConstrainRange: ExpressibleByIntegerLiteral where Value: ExpressibleByIntegerLiteral {
  public init(integerLiteral value: Value.IntegerLiteralType) { self.init(Value(integerLiteral: value)) }
}

extension ConstrainRange: ExpressibleByFloatLiteral where Value: ExpressibleByFloatLiteral {
  public init(floatLiteral value: Value.FloatLiteralType) { self.init(Value(floatLiteral: value)) }
}

extension ConstrainRange {
  /// The same constraint on another type of number.
  func map<Other>(_ transform: (Value) -> Other) -> ConstrainRange<Other> {
    ConstrainRange<Other>(
      min: min.map(transform), max: max.map(transform), exact: exact.map(transform), ideal: ideal.map(transform))
  }
}

extension ConstrainRange<Double> {
  /// Whether `min`, `max` and `exact` allow `value`.
  /// - Parameter tolerance: the allowed error as a fraction of `value`, as after a division.
  func allows(_ value: Double, tolerance: Double = 0) -> Bool {
    let slack = tolerance * Swift.abs(value)
    if let exact, !(Swift.abs(value - exact) <= slack) { return false }
    if let min, !(value >= min - slack) { return false }
    if let max, !(value <= max + slack) { return false }
    return true
  }

  /// The distance of `value` from `ideal`, 0…1 for numbers above 0. Source: the specification's fitness distance.
  func distance(_ value: Double) -> Double {
    guard let ideal, ideal != value, ideal.isFinite else { return 0 }
    return Swift.abs(value - ideal) / Swift.max(Swift.abs(value), Swift.abs(ideal))
  }

  /// `min`, `max` and `exact` for a message; empty if none is set.
  var requirement: String {
    func text(_ value: Double) -> String { value == value.rounded() ? "\(Int(exactly: value) ?? 0)" : "\(value)" }
    var parts: [String] = []
    if let exact { parts.append("exactly \(text(exact))") }
    if let min { parts.append("at least \(text(min))") }
    if let max { parts.append("at most \(text(max))") }
    return parts.joined(separator: " and ")
  }
}

/// A constraint on a value out of several. Source: W3C Media Capture and Streams §4.2.2, `ConstrainDOMString`.
///
/// A bare value means `ideal`, and within `advanced` it means `exact`.
public struct ConstrainChoice<Value: Hashable & Sendable>: Sendable, Hashable {
  /// Required: one of these; empty requires nothing.
  public var exact: [Value]
  /// Preferred: one of these.
  public var ideal: [Value]
  private var bare: Value?

  public init(exact: [Value] = [], ideal: [Value] = []) {
    self.exact = exact
    self.ideal = ideal
  }

  /// The bare value.
  public init(_ bare: Value) {
    self.init()
    self.bare = bare
  }

  /// The bare value, written like an enumeration's case: `cursor: .bare(.never)`.
  public static func bare(_ value: Value) -> ConstrainChoice { ConstrainChoice(value) }
  /// One of `values` is required.
  public static func exact(_ values: Value...) -> ConstrainChoice { ConstrainChoice(exact: values) }
  /// One of `values` is preferred.
  public static func ideal(_ values: Value...) -> ConstrainChoice { ConstrainChoice(ideal: values) }

  /// This constraint with its bare value moved to `exact` or `ideal`.
  package func resolved(bareIsExact: Bool) -> ConstrainChoice {
    guard let bare else { return self }
    return ConstrainChoice(exact: bareIsExact ? exact + [bare] : exact, ideal: bareIsExact ? ideal : ideal + [bare])
  }

  package func allows(_ value: Value) -> Bool { exact.isEmpty || exact.contains(value) }

  /// 0 for an ideal value, 1 for another. Source: the specification's fitness distance.
  func distance(_ value: Value?) -> Double {
    guard !ideal.isEmpty else { return 0 }
    return value.map { ideal.contains($0) } == true ? 0 : 1
  }
}

extension ConstrainChoice: ExpressibleByUnicodeScalarLiteral where Value == String {
  public init(unicodeScalarLiteral value: String) { self.init(value) }
}

extension ConstrainChoice: ExpressibleByExtendedGraphemeClusterLiteral where Value == String {
  public init(extendedGraphemeClusterLiteral value: String) { self.init(value) }
}

extension ConstrainChoice: ExpressibleByStringLiteral where Value == String {
  public init(stringLiteral value: String) { self.init(value) }
}

public typealias ConstrainDOMString = ConstrainChoice<String>
