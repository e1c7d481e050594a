import Foundation
import RTCFuzzChecks
import Testing

/// What the fuzzer starts from, and all that it has ever stumbled over.
@Suite struct SDPFuzzReplayTests {
  @Test(arguments: ["Corpus/SDP", "Corpus/RTP", "Crashes/RTC"])
  func `every file that the fuzzer knows passes its checks`(folder: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fuzz/\(folder)")
    // It may have stumbled over nothing yet.
    guard folder.lastPathComponent != "RTC" || FileManager.default.fileExists(atPath: folder.path) else { return }
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    #expect(!files.isEmpty || folder.lastPathComponent == "RTC")
    for file in files { RTCChecks.check([UInt8](try Data(contentsOf: file))) }
  }
}
