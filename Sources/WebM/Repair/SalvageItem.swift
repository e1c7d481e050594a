/// What a walk over a damaged file comes by.
enum SalvageItem {
  /// A cluster begins.
  case cluster(WebMCluster)
  /// A whole block of the cluster that began last.
  case block(WebMBlock)
  /// That cluster ends here, whatever its size says; once for each, before anything that follows it.
  case clusterEnd(at: UInt64)
  /// Another whole element that stands directly in the Segment.
  case element(WebMElement)
  /// Bytes that are no elements, or a damaged one; inside the cluster that began last, or between two.
  case damage(Range<UInt64>, insideCluster: Bool)
  /// The end, once.
  case end(SalvageEnd)
}

/// How the walk over a damaged file ends.
struct SalvageEnd {
  /// Behind the last thing worth keeping in the Segment.
  var kept: UInt64
  /// Where the Segment's bytes end. What is between is to be dropped; what follows is not the Segment's.
  var end: UInt64
  /// Whether what is to be dropped begins with a block that the file ends in.
  var isHalfBlock: Bool
}
