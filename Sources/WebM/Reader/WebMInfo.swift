public import Media

/// The Info element of a file.
///
/// Source: RFC 9559 §5.1.2.
public struct WebMInfo: Sendable, Equatable {
  /// Nanoseconds per timestamp unit.
  public var timestampScale: Int64 = 1_000_000
  /// nil if the file has none, or an invalid one.
  public var duration: MediaTime?
  /// The library that wrote the file.
  public var muxingApp = ""
  /// The program that wrote the file.
  public var writingApp = ""
  /// When it was recorded, in nanoseconds since 2001-01-01T00:00:00 UTC.
  public var dateUTC: Int64?

  /// The defaults, for a file without an Info element.
  init() {}

  /// Reads the element's data, which starts at `base` in the file.
  init(_ data: [UInt8], base: UInt64, limits: EBMLLimits) throws(WebMError) {
    var ticks: Double?
    var cursor = EBMLCursor(data.indices, base: base, limits: limits)
    while let child = try cursor.next(in: data.span) {
      switch child.id {
      case .timestampScale:
        timestampScale = Int64(try child.integer(in: data.span))
        guard timestampScale > 0 else { throw .invalidValue(child.id, offset: child.offset) }
      case .duration: ticks = try child.float(in: data.span)
      case .dateUTC: dateUTC = try child.signed(in: data.span)
      case .muxingApp: muxingApp = child.string(in: data.span)
      case .writingApp: writingApp = child.string(in: data.span)
      default: break
      }
    }
    guard let ticks else { return }
    let nanoseconds = (ticks * Double(timestampScale)).rounded()
    if nanoseconds > 0, let exact = Int64(exactly: nanoseconds) { duration = MediaTime(nanoseconds: exact) }
  }
}
