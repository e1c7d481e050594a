import Foundation
import Harness

/// A wall clock that a program sees and a test sets, by libfaketime; the monotonic clock stays as it is.
struct WallClock: Sendable {
  static let library: String? = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"]
    .map { "\($0)/faketime/libfaketimeMT.so.1" }
    .first { FileManager.default.fileExists(atPath: $0) }

  private let offset: URL

  init(in folder: TemporaryDirectory) throws {
    offset = folder.file("clock")
    try step("+0")
  }

  /// What the program is to be started with.
  var environment: [String: String] {
    [
      "LD_PRELOAD": Self.library ?? "", "FAKETIME_TIMESTAMP_FILE": offset.path, "FAKETIME_NO_CACHE": "1",
      "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    ]
  }

  /// Sets the clock to so many seconds from the true time.
  func step(_ seconds: String) throws { try Data("\(seconds)\n".utf8).write(to: offset, options: .atomic) }
}
