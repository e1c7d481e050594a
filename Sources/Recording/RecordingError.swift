#if canImport(Glibc)
  import Glibc
#endif

/// Why a recording could not begin or continue: what failed, on what, with the system's reason.
public enum RecordingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The file exists already, and was not to be replaced.
  case exists(path: String)
  /// The file could not be created.
  case cannotCreate(path: String, errno: Int32)
  /// The named pipe has no reader.
  case noReader(path: String)
  /// A write failed; the first `kept` bytes are in the file and play.
  case writeFailed(path: String, errno: Int32, kept: UInt64)

  /// The disk is nearly full; the file was finished while there was room.
  case diskNearlyFull(path: String, available: UInt64)
  /// The file was deleted: it no longer has a name.
  case deleted(path: String)
  /// The file is shorter than what was written to it.
  case overwritten(path: String)

  public var description: String {
    switch self {
    case .exists(let path):
      "\(path) exists already; name another file"
    case .cannotCreate(let path, let errno):
      "cannot create \(absolute(path)): \(reason(errno)); name a file in a folder you may write to"
    case .noReader(let path):
      "nothing reads the pipe \(path); start what reads it first"
    case .writeFailed(let path, let errno, let kept):
      "writing \(path) failed: \(reason(errno)); "
        + (kept == 0 ? "nothing was recorded" : "the first \(kept) bytes were kept and play")
    case .diskNearlyFull(let path, let available):
      "the disk that \(path) is on is nearly full (\(available / 1_000_000) MB are left); the recording was finished"
    case .deleted(let path):
      "\(path) was deleted while it was recorded; the recording is lost, and was ended"
    case .overwritten(let path):
      "\(path) was emptied or overwritten while it was recorded; what was recorded before that is lost"
    }
  }
}

/// The absolute path, as far as the working folder is known.
private func absolute(_ path: String) -> String {
  guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
  defer { free(folder) }
  let name = String(cString: folder)
  return (name == "/" ? "" : name) + "/" + path
}

/// The system's message for an error number, without a capital.
func reason(_ errno: Int32) -> String {
  let text = String(cString: strerror(errno))
  return text.prefix(1).lowercased() + text.dropFirst()
}
