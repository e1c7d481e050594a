import Foundation
import Oriel

/// Makes the file at `path`, readable by its owner alone.
/// - Parameter replacing: whether a file that is there may be overwritten, also behind a link.
/// - Returns: a descriptor to write to, which is the caller's to close.
/// - Throws: `Failure`.
func createFile(at path: String, replacing: Bool) throws(Failure) -> Int32 {
  let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (replacing ? O_TRUNC : O_EXCL | O_NOFOLLOW)
  let descriptor = open(path, flags, 0o600)
  guard descriptor >= 0 else {
    throw MediaRecorderError.output(
      errno == EEXIST ? .exists(path: path) : .cannotCreate(path: path, errno: errno)
    ).failure
  }
  return descriptor
}
