import Foundation
import Harness
import Testing

@Suite(.timeLimit(.minutes(1))) struct ProgramTests {
  @Test func `the exit status, the error output and 300 kB of output are captured`() async throws {
    let program = try Program(
      "sh", ["-c", "head -c 300000 /dev/zero; echo $GREETING >&2; exit 3"], environment: ["GREETING": "hello"])
    let exit = try await program.exit()
    #expect(exit.status == 3)
    #expect(exit.leftBehind.isEmpty)
    #expect(program.output.utf8.count == 300_000)
    #expect(program.errorOutput == "hello\n")
  }

  @Test func `a program that ignores SIGTERM is killed`() async throws {
    let program = try Program("sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done"])
    try await program.line { $0 == "ready" }
    let exit = try await program.stop(within: .milliseconds(300))
    #expect(exit.reason == .signalled(SIGKILL))
    // Its child is killed as well, but may exit a moment later.
    try await eventually("the end of the group") { ProcessGroup.living(program.pid).isEmpty }
  }

  @Test func `going out of scope kills a program and its children`() async throws {
    func start() async throws -> pid_t {
      let program = try Program("sh", ["-c", "sleep 1000 & sleep 1000 & echo ready; wait"])
      try await program.line { $0 == "ready" }
      return program.pid
    }
    let group = try await start()
    try await eventually("the end of the group") { ProcessGroup.living(group).isEmpty }
  }

  @Test func `a process that a program leaves behind is reported and killed`() async throws {
    let program = try Program("sh", ["-c", "sleep 1000 >/dev/null 2>&1 & echo $!"])
    let exit = try await program.exit()
    #expect(exit.leftBehind.map { "\($0)\n" } == [program.output])
  }

  @Test func `the CPU time of live and ended descendants is counted`() async throws {
    let busy = "i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done"
    let program = try Program("sh", ["-c", "sh -c '\(busy)'; sh -c '\(busy); echo done; sleep 1000'; :"])
    try await program.line(within: .seconds(30)) { $0 == "done" }
    let live = program.resourceUse
    #expect(live.cpuSeconds > 0.02)
    #expect(live.peakResidentBytes > 500_000)
    let exit = try await program.stop(SIGKILL)
    #expect(exit.reason == .signalled(SIGKILL))
  }

  @Test func `a program inherits only the standard descriptors and those passed to it`() async throws {
    let pipe = try Descriptor.pipe()
    let program = try Program("ls", ["/proc/self/fd"], descriptors: [7: pipe.writing])
    try await program.exit()
    // `ls` itself has the folder open.
    #expect(program.output.split(separator: "\n").map(String.init) == ["0", "1", "2", "3", "7"])
  }
}
