import Foundation
import RoomFuzzChecks
import Testing

/// What the fuzzer starts from, and all that it has ever stumbled over.
@Suite struct FuzzReplayTests {
  @Test func `every file that the fuzzer knows passes its checks`() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
      path: "Fuzz")
    var count = 0
    for kind in ["Corpus", "Crashes"] {
      let place = folder.appending(path: "\(kind)/Room")
      // There is no folder of crashes as long as there are none.
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
      for name in names {
        RoomChecks.check([UInt8](try Data(contentsOf: place.appending(path: name))))
        count += 1
      }
    }
    #expect(count > 15)
  }
}
