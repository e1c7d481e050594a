#if canImport(Glibc)
  import Glibc
#endif

/// Why a recording could not begin or go on: what failed, on what, with the system's reason.
public enum RecordingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file is there already, and was not to be replaced.
  case exists(path: String)
  /// The file could not be made.
  case cannotCreate(path: String, errno: Int32)
  /// A write failed; `kept` bytes are there and play.
  case writeFailed(path: String, errno: Int32, kept: UInt64)

  public var description: String {
    switch self {
    case .exists(let path):
      "\(path) exists already; name another file, or replace it with --force"
    case .cannotCreate(let path, let errno):
      "cannot create \(path): \(reason(errno)); name a file in a folder you may write to"
    case .writeFailed(let path, let errno, let kept):
      "writing \(path) failed: \(reason(errno)); the first \(kept) bytes were kept and play"
    }
  }
}

/// The system's words for an error number, without a capital.
func reason(_ errno: Int32) -> String {
  let text = String(cString: strerror(errno))
  return text.prefix(1).lowercased() + text.dropFirst()
}
