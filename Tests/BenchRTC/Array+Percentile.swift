extension [Double] {
  /// The value below which a share of the sorted values lies; nil if there are none.
  func percentile(_ share: Double) -> Double? {
    isEmpty ? nil : self[Int((Double(count - 1) * share).rounded())]
  }
}
