#if canImport(Glibc)
  import Glibc
#endif

/// Why a file could not be repaired. It is unchanged, except for `writeFailed` in place, which leaves it no worse.
public enum RepairError: Error, Sendable, Equatable {
  /// The file does not exist, is no regular file, or may not be read.
  case cannotOpen(path: String, errno: Int32)
  /// Reading it failed.
  case readFailed(path: String, errno: Int32)
  /// The file contains nothing that can be repaired; why, as a part of a sentence.
  case notWebM(path: String, why: String)
  /// Another program is writing or repairing the file.
  case busy(path: String)
  /// The output exists already, and was not to be replaced.
  case exists(path: String)
  /// The output, or the file itself, may not be written.
  case cannotCreate(path: String, errno: Int32)
  /// There is no room for the repaired copy.
  case noRoom(path: String, neededBytes: UInt64)
  /// Writing failed.
  case writeFailed(path: String, errno: Int32)
}

extension RepairError: CustomStringConvertible {
  /// One sentence that says what failed, on what, and what to do.
  public var description: String {
    switch self {
    case .cannotOpen(let path, EISDIR): "\(path) is not a file; name the recording itself"
    case .cannotOpen(let path, let errno): "cannot open \(path): \(reason(errno))"
    case .readFailed(let path, let errno): "reading \(path) failed: \(reason(errno)); it was not changed"
    case .notWebM(let path, let why): "\(path) \(why); it was not changed"
    case .busy(let path): "\(path) is still being written; stop the recording first"
    case .exists(let path): "\(path) exists already; name another file"
    case .cannotCreate(let path, let errno): "cannot write \(path): \(reason(errno))"
    case .noRoom(let path, let needed):
      "there is no room for \(needed) bytes beside \(path), which was not changed; free some"
    case .writeFailed(let path, let errno): "writing \(path) failed: \(reason(errno)); the recording is as it was"
    }
  }
}
