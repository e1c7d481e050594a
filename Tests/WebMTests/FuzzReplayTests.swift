import Foundation
import FuzzChecks
import Testing

/// What the fuzzer starts from, and all that it has ever stumbled over.
@Suite struct FuzzReplayTests {
  @Test(arguments: ["Corpus/WebM", "Crashes/WebM"])
  func `every file that the fuzzer knows passes its checks`(kind: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fuzz/\(kind)")
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    #expect(!files.isEmpty)
    for file in files { WebMChecks.check([UInt8](try Data(contentsOf: file))) }
  }
}
