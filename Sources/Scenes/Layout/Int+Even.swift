extension Int {
  /// The nearest even number that is not greater.
  var even: Int { self & ~1 }
}
