import Foundation
import Harness
import Media
import Testing

@testable import WebRTC

@Suite(.serialized)
struct TransportLifetimeTests {
  private struct Holdings {
    var threads: Int
    var descriptors: Int
    /// Resident memory in kB.
    var memory: Int

    static func now() throws -> Holdings {
      let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
      return Holdings(
        threads: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count,
        descriptors: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count,
        memory: (Int(pages[1]) ?? 0) * 4)
    }
  }

  /// `ORIEL_CONNECTIONS` makes it more than the hundred of the everyday run.
  @Test func `connections made and closed leave no memory, thread or descriptor behind`() async throws {
    let count = ProcessInfo.processInfo.environment["ORIEL_CONNECTIONS"].flatMap { Int($0) } ?? 100
    func cycle() async throws {
      let pair = try TransportPair()
      await pair.connect()
      try await pair.waitUntilConnected()
      await pair.with { first, _ in #expect(first.sendRTP(rtpPacket(sequenceNumber: 1))) }
      try await pair.wait(for: "the packet") { !$1.packets.isEmpty }
      await pair.close()
    }
    // What libraries and allocators keep for good is there after the first few.
    for _ in 0..<30 { try await cycle() }
    let before = try Holdings.now()
    for index in 0..<count {
      try await cycle()
      if index % 100 == 99 { print("after \(index + 1): \(try Holdings.now())") }
    }
    let after = try Holdings.now()
    #expect(after.threads <= before.threads)
    #expect(after.descriptors <= before.descriptors)
    #expect(after.memory < before.memory + 4096, "\(before.memory) kB, then \(after.memory) kB")
  }
}
