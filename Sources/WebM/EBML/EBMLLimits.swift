/// How long identifiers and sizes may be, as an EBML header says.
///
/// Source: RFC 8794 §11.2.4 and §11.2.5.
struct EBMLLimits: Sendable, Equatable {
  /// Bytes in an identifier. Matroska has none longer than 4.
  var maximumIDLength = 4
  /// Bytes in a size, at most 8.
  var maximumSizeLength = 8
}
