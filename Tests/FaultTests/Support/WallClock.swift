import Foundation
import Harness

/// A program's wall clock that a test can set, by a preloaded library; the monotonic clock is not changed.
struct WallClock: Sendable {
  private let folder: TemporaryDirectory
  private let library: PreloadedLibrary

  init(in folder: TemporaryDirectory) async throws {
    self.folder = folder
    library = try await PreloadedLibrary(Self.source)
    try step(0)
  }

  /// The environment for the program under test.
  var environment: [String: String] {
    library.environment.merging(["WALL_CLOCK_OFFSET": folder.file("offset").path]) { $1 }
  }

  /// Sets the clock to the true time plus `seconds`.
  func step(_ seconds: Int) throws {
    try Data("\(seconds)\n".utf8).write(to: folder.file("offset"), options: .atomic)
  }

  /// A program's clock minus the true time, in seconds, rounded to hundreds.
  var offset: Int {
    get async throws {
      let text = try await Program.run("date", ["+%s"], environment: environment)
      let seen = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
      return Int(((seen - Date().timeIntervalSince1970) / 100).rounded()) * 100
    }
  }

  private static let source = """
    #define _GNU_SOURCE
    #include <fcntl.h>
    #include <stdlib.h>
    #include <sys/syscall.h>
    #include <sys/time.h>
    #include <time.h>
    #include <unistd.h>

    static long long offset(void) {
      char text[32] = {0};
      int file = open(getenv("WALL_CLOCK_OFFSET"), O_RDONLY | O_CLOEXEC);
      if (file < 0) return 0;
      if (read(file, text, sizeof text - 1) < 0) text[0] = 0;
      close(file);
      return atoll(text);
    }

    int clock_gettime(clockid_t clock, struct timespec *time) {
      int status = syscall(SYS_clock_gettime, clock, time);
      if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += offset();
      return status;
    }

    int gettimeofday(struct timeval *restrict time, void *restrict zone) {
      struct timespec now;
      clock_gettime(CLOCK_REALTIME, &now);
      time->tv_sec = now.tv_sec;
      time->tv_usec = now.tv_nsec / 1000;
      return 0;
    }

    time_t time(time_t *result) {
      struct timespec now;
      clock_gettime(CLOCK_REALTIME, &now);
      if (result) *result = now.tv_sec;
      return now.tv_sec;
    }

    """
}
