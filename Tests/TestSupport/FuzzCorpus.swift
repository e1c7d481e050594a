import Foundation

/// What a fuzzer starts from, and all that it has ever stumbled over: files in the folder of the fuzzers.
package enum FuzzCorpus {
  /// The contents of all files of one kind.
  /// - Parameter kind: the folder's name, in that of the corpus and in that of the crashes.
  package static func files(_ kind: String) throws -> [[UInt8]] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
      path: "Fuzz")
    return try ["Corpus", "Crashes"].flatMap { place -> [[UInt8]] in
      let files = folder.appending(path: "\(place)/\(kind)")
      // There is no folder of crashes as long as there are none.
      guard FileManager.default.fileExists(atPath: files.path) else { return [] }
      return try FileManager.default.contentsOfDirectory(at: files, includingPropertiesForKeys: nil)
        .map { [UInt8](try Data(contentsOf: $0)) }
    }
  }
}
