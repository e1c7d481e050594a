import Foundation
import RTCFuzzChecks
@testable import RTP
import TestSupport
import Testing

/// Real descriptions with random changes.
@Suite struct MutationTests {
  @Test(arguments: Vectors.names)
  func `no mutation of a real description breaks a property`(name: String) throws {
    let seed = name.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }
    var generator = SeededRandom(seed: seed)
    let original = Array(try Vectors.text(name).utf8)
    for _ in 0..<20 {
      var bytes = original
      for _ in 0...Int.random(in: 0..<4, using: &generator) { Self.mutate(&bytes, &generator) }
      SDPChecks.check(bytes)
    }
  }

  private static func mutate(_ bytes: inout [UInt8], _ generator: inout SeededRandom) {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    let line = Int.random(in: lines.indices, using: &generator)
    let other = Int.random(in: lines.indices, using: &generator)
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: lines.remove(at: line)
    case 1: lines.insert(lines[line], at: other)
    case 2: lines.swapAt(line, other)
    case 3 where !lines[line].isEmpty:
      lines[line][Int.random(in: lines[line].indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
    case 4: lines[line] = Array(lines[line].prefix(Int.random(in: 0...lines[line].count, using: &generator)))
    case 5: lines.removeLast(lines.count - line)
    default:
      // Digits occur in ports, payload types, extension identifiers and SSRCs.
      for index in lines[line].indices where (0x30...0x39).contains(lines[line][index]) {
        if Bool.random(using: &generator) { lines[line][index] = UInt8.random(in: 0x30...0x39, using: &generator) }
      }
    }
    bytes = Array(lines.joined(separator: [0x0A]))
  }
}
