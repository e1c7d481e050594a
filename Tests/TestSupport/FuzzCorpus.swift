import Foundation

/// The fuzzers' corpora, and the inputs of all crashes they have found: files in `Tests/Fuzz`.
package enum FuzzCorpus {
  /// The contents of all files of one kind.
  /// - Parameter kind: the name of the folder in `Corpus` and in `Crashes`.
  package static func files(_ kind: String) throws -> [[UInt8]] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
      path: "Fuzz")
    return try ["Corpus", "Crashes"].flatMap { place -> [[UInt8]] in
      let files = folder.appending(path: "\(place)/\(kind)")
      // Without crashes there is no folder for them.
      guard FileManager.default.fileExists(atPath: files.path) else { return [] }
      return try FileManager.default.contentsOfDirectory(at: files, includingPropertiesForKeys: nil)
        .map { [UInt8](try Data(contentsOf: $0)) }
    }
  }
}
