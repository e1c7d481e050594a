import Foundation
import Glibc
import Harness
import Testing

/// Who may read what is in the command's memory.
@Suite(.timeLimit(.minutes(1))) struct MemoryTests {
  /// Root may read everything, unless it has given that up.
  private static let wrapper =
    getuid() == 0 ? ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"] : []

  @Test(arguments: [false, true])
  func `memory is open to core dumps and other programs of the user only where that is asked for`(_ isOpen: Bool)
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
