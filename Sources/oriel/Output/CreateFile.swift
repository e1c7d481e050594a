import Foundation
import Oriel

/// Makes the file at `path`, readable by its owner alone.
/// - Parameter replacing: whether it takes the place of a file that is there, once it is published.
/// - Returns: the file, whose descriptor is the caller's to close.
/// - Throws: `Failure`.
func createFile(at path: String, replacing: Bool) throws(Failure) -> NewFile {
  do throws(NewFile.Failure) {
    return try NewFile(path: path, replacing: replacing)
  } catch {
    let reason = error.errno
    throw MediaRecorderError.output(
      reason == EEXIST ? .exists(path: path) : .cannotCreate(path: path, errno: reason)
    ).failure
  }
}
