import Foundation
import Glibc
import Harness
import Testing

/// Who can read the command's memory.
@Suite(.timeLimit(.minutes(1))) struct MemoryTests {
  /// Root can read all memory, unless it has dropped that capability.
  private static let wrapper =
    getuid() == 0 ? ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"] : []

  @Test(arguments: [false, true])
  func `core dumps and other programs of the user get the memory only with ORIEL_CORE_DUMPS=1`(_ isOpen: Bool)
    async throws
  {
    let command = Self.wrapper + [try Executables.product("oriel"), "serve", "--listen", "127.0.0.1:0", "--json"]
    let program = try Program(
      command[0], Array(command.dropFirst()), environment: ["ORIEL_CORE_DUMPS": isOpen ? "1" : ""])
    try await program.line { $0.contains(#""ready""#) }
    let reader = Self.wrapper + ["cat", "/proc/\(program.pid)/environ"]
    let read = try Program(reader[0], Array(reader.dropFirst()))
    #expect(try await read.exit().status == (isOpen ? 0 : 1))
    let limits = try String(contentsOfFile: "/proc/\(program.pid)/limits", encoding: .utf8).split(separator: "\n")
    let cores = try #require(limits.first { $0.hasPrefix("Max core file size") })
    #expect(isOpen || cores.split(separator: " ").dropFirst(4).first == "0", "\(cores)")
    _ = try await program.stop()
  }
}
