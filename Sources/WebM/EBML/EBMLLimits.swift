/// The maximum lengths of identifiers and sizes, from the EBML header.
///
/// Source: RFC 8794 §11.2.4 and §11.2.5.
struct EBMLLimits: Sendable, Equatable {
  /// Bytes in an identifier; 4 in Matroska.
  var maximumIDLength = 4
  /// Bytes in a size, at most 8.
  var maximumSizeLength = 8
}
