/// An item found in a damaged file.
enum SalvageItem {
  /// A cluster begins.
  case cluster(WebMCluster)
  /// A whole block of the cluster that began last.
  case block(WebMBlock)
  /// That cluster ends here, whatever its size; once for each, before any later item.
  case clusterEnd(at: UInt64)
  /// Another whole child of the Segment.
  case element(WebMElement)
  /// A damaged element, or bytes that are none; inside the cluster that began last, or between two.
  case damage(Range<UInt64>, insideCluster: Bool)
  /// The end, once.
  case end(SalvageEnd)
}

/// The end of a damaged file.
struct SalvageEnd {
  /// The end of the Segment's usable part.
  var kept: UInt64
  /// The end of the Segment. Bytes between `kept` and this are dropped; later ones are not the Segment's.
  var end: UInt64
  /// Whether the dropped bytes begin with an incomplete block.
  var isHalfBlock: Bool
}
