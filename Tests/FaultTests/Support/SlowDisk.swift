import Foundation
import Harness

/// A disk with a slow or failing `fdatasync`, by a preloaded library.
struct SlowDisk: Sendable {
  private let library: PreloadedLibrary
  private let log: URL

  init(in folder: TemporaryDirectory) async throws {
    log = folder.file("calls")
    library = try await PreloadedLibrary(Self.source)
  }

  /// The environment for the program under test.
  /// - Parameters:
  ///   - seconds: how long each call takes.
  ///   - error: the `errno` that it fails with; 0 for success.
  func environment(seconds: Int = 0, error: Int32 = 0) -> [String: String] {
    let own = ["SLOW_DISK_LOG": log.path, "SLOW_DISK_SECONDS": "\(seconds)", "SLOW_DISK_ERROR": "\(error)"]
    return library.environment.merging(own) { $1 }
  }

  /// The number of calls so far.
  var calls: Int { get throws { try Data(contentsOf: log).count } }

  private static let source = """
    #include <errno.h>
    #include <fcntl.h>
    #include <stdlib.h>
    #include <unistd.h>

    int fdatasync(int descriptor) {
      int log = open(getenv("SLOW_DISK_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
      if (log >= 0) {
        if (write(log, "x", 1) < 0) _exit(9);
        close(log);
      }
      sleep(atoi(getenv("SLOW_DISK_SECONDS")));
      errno = atoi(getenv("SLOW_DISK_ERROR"));
      return errno ? -1 : 0;
    }

    """
}
