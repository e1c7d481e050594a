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
