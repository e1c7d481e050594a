/// The EBML header of a file.
///
/// Source: RFC 8794 §11.2.
package struct WebMHeader: Sendable, Equatable {
  /// Its position.
  package var element: WebMElement
  /// "webm"; also "matroska" for repair.
  package var docType: String
  /// The version of the DocType that the file was written with.
  package var docTypeVersion: UInt64
  /// The lowest version that a reader must support.
  package var docTypeReadVersion: UInt64
  var limits: EBMLLimits

  /// The newest existing DocTypeReadVersion.
  private static let newestReadVersion = 4

  /// Reads the header at the file's start.
  /// - Throws: `WebMError.notWebM` when it is missing, or of another type or version.
  init<Source>(from window: inout SourceWindow<Source>, docTypes: Set<String>) throws {
    let notWebM = WebMError.notWebM(offset: 0)
    limits = EBMLLimits()
    docType = ""
    docTypeVersion = 1
    docTypeReadVersion = 1
    // Any other first four bytes mean that this is not a WebM file, rather than an invalid element.
    let isEBML = try window.with(0, count: 4) { bytes, index, count in
      count == 4 && (0..<4).allSatisfy { bytes[index + $0] == UInt8(truncatingIfNeeded: 0x1A45_DFA3 >> (24 - 8 * $0)) }
    }
    guard isEBML else { throw notWebM }
    guard let element = try window.element(at: 0, limits: limits) else { throw WebMError.truncated(offset: 0) }
    self.element = element
    let data = try window.data(of: element, limit: WebMLimits.headerSize)
    var readVersion: UInt64 = 1
    var idLength: UInt64 = 4
    var sizeLength: UInt64 = 8
    var cursor = EBMLCursor(data.indices, base: element.dataOffset, limits: limits)
    while let child = try cursor.next(in: data.span) {
      switch child.id {
      case .ebmlReadVersion: readVersion = try child.unsigned(in: data.span)
      case .ebmlMaxIDLength: idLength = try child.unsigned(in: data.span)
      case .ebmlMaxSizeLength: sizeLength = try child.unsigned(in: data.span)
      case .docType: docType = child.string(in: data.span)
      case .docTypeVersion: docTypeVersion = try child.unsigned(in: data.span)
      case .docTypeReadVersion: docTypeReadVersion = try child.unsigned(in: data.span)
      default: break
      }
    }
    guard docTypes.contains(docType), readVersion == 1, docTypeReadVersion <= Self.newestReadVersion, idLength == 4,
      1...8 ~= sizeLength
    else { throw notWebM }
    limits.maximumSizeLength = Int(sizeLength)
  }
}
