import Glibc
import Testing

@testable import Capture

/// Assigning windows and playbacks to processes, also in sandboxes and containers with their own PIDs.
@Suite struct ProcessTableTests {
  /// 100 starts 200 in a sandbox, where its PID is 2; 300 starts 400 in another, where its PID is also 2.
  private var table: ProcessTable {
    var table = ProcessTable()
    for (number, parent, own) in [
      (1, 0, 1), (50, 1, 50), (100, 50, 100), (200, 100, 2), (300, 50, 300), (400, 300, 2), (2, 0, 2),
      (500, 100, 500),
    ] { table.processes[number] = .init(parent: parent, namespacePID: own) }
    let programs = [2: "kthreadd", 200: "player", 400: "other", 500: "player"]
    table.isProgram = { programs[$0].map { [name = $1] in $0 == name } ?? true }
    return table
  }

  private func player(
    _ process: Int?, _ program: String? = nil, machine: String? = nil, verified: Int? = nil, isProgram: Bool = true
  ) -> SoundInventory.Player {
    .init(isProgram: isProgram, process: process, program: program, machine: machine, verifiedProcess: verified)
  }

  @Test func `a player is identified by an unambiguous PID, by its program, or by the server's verified PID`() {
    func isPart(_ player: SoundInventory.Player, of application: Int = 100) -> Bool? {
      table.isPlayer(player, partOf: application, ownMachine: "here")
    }
    #expect(isPart(player(500, "player", machine: "here")) == true)
    #expect(isPart(player(500), of: 300) == false)
    // Two sandboxes have this PID; their programs distinguish them.
    #expect(isPart(player(2)) == nil)
    #expect(isPart(player(2, "player")) == true)
    #expect(isPart(player(2, "other")) == false)
    #expect(isPart(player(2, verified: 200)) == true)
    #expect(isPart(player(2, verified: 400)) == false)
    // The verified PID of another process, as of a proxy, or a contradicting one, is not enough.
    #expect(isPart(player(2, verified: 50)) == nil)
    #expect(isPart(player(500, "player", verified: 300)) == nil)
    #expect(isPart(player(300, verified: 500)) == nil)
    #expect(isPart(player(300, verified: 400)) == false)
    #expect(isPart(player(500, verified: 777)) == nil)
    #expect(isPart(player(300, verified: 777)) == false)
    #expect(isPart(player(nil)) == nil)
    #expect(isPart(player(nil, verified: 200)) == true)
    #expect(isPart(player(nil, isProgram: false)) == false)
    #expect(isPart(player(777)) == false)
    #expect(isPart(player(500, machine: "elsewhere")) == nil)
    #expect(isPart(player(300, machine: "elsewhere")) == false)
  }

  @Test func `a window is assigned to a process only if the X server's PID confirms it`() {
    func verdict(
      claimed: Int?, connected: Int?, own: Int? = Int(getpid()), manager: Int? = nil, isElsewhere: Bool = false
    ) -> Int? {
      let process = WindowProcess(claimed: claimed, machine: "", connected: connected, own: own, manager: manager)
      if case .process(let number) = process.verdict(table, isElsewhere: isElsewhere) { return number }
      return nil
    }
    #expect(verdict(claimed: 100, connected: 100) == 100)
    #expect(verdict(claimed: 2, connected: 200) == 200)
    // A child of the connected process.
    #expect(verdict(claimed: 500, connected: 100) == 500)
    #expect(verdict(claimed: 300, connected: 100) == nil)
    #expect(verdict(claimed: 1, connected: 100) == nil)
    #expect(verdict(claimed: 1, connected: 1) == nil)
    #expect(verdict(claimed: 2, connected: 100) == nil)
    #expect(verdict(claimed: 777, connected: 777) == nil)
    #expect(verdict(claimed: 777, connected: 100) == nil)
    #expect(verdict(claimed: nil, connected: 100) == nil)
    #expect(verdict(claimed: 100, connected: nil) == nil)
    #expect(verdict(claimed: 100, connected: 100, own: nil) == nil)
    #expect(verdict(claimed: 100, connected: 100, own: 1) == nil)
    #expect(verdict(claimed: 100, connected: 100, isElsewhere: true) == nil)
    // The ancestor of the window manager is the ancestor of every program.
    #expect(verdict(claimed: 50, connected: 50, manager: 300) == nil)
    #expect(verdict(claimed: 100, connected: 100, manager: 100) == 100)
  }

  @Test func `the table has this process and its parent`() throws {
    let table = ProcessTable.read()
    let own = try #require(table.processes[Int(getpid())])
    #expect(own.parent == Int(getppid()))
    #expect(
      table.isProcess(Int(getpid()), inTreeOf: Int(getppid()))
        && !table.isProcess(Int(getppid()), inTreeOf: Int(getpid())))
    #expect(ProcessTable.start(of: Int(getpid())) != nil && ProcessTable.start(of: 0) == nil)
  }
}
