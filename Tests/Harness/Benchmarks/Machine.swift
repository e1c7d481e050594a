import Foundation
import Glibc

/// The machine that the figures were measured on.
package struct Machine: Codable, Sendable {
  package let cores: Int
  package let processor: String
  package let memoryBytes: UInt64
  package let kernel: String
  package let system: String

  package static var current: Machine {
    let info = ProcessInfo.processInfo
    var name = utsname()
    uname(&name)
    let release = withUnsafeBytes(of: &name.release) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return Machine(
      cores: info.activeProcessorCount, processor: value(of: "model name", in: "/proc/cpuinfo", separator: ":"),
      memoryBytes: info.physicalMemory, kernel: release,
      system: value(of: "PRETTY_NAME", in: "/etc/os-release", separator: "="))
  }

  private static func value(of key: String, in file: String, separator: Character) -> String {
    let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(key) } ?? ""
    let value = line.split(separator: separator, maxSplits: 1).last ?? ""
    return value.trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
  }
}
