import Glibc
import Testing

@testable import Capture

/// Whose a window and a sound are, where sandboxes and containers have numbers of their own.
@Suite struct ProcessTableTests {
  /// 100 starts 200 in a sandbox, where it is 2; 300 starts 400 in another, where it is 2, too.
  private var table: ProcessTable {
    var table = ProcessTable()
    for (number, parent, own) in [
      (1, 0, 1), (50, 1, 50), (100, 50, 100), (200, 100, 2), (300, 50, 300), (400, 300, 2), (2, 0, 2),
      (500, 100, 500),
    ] { table.processes[number] = .init(parent: parent, ownNumber: own) }
    let programs = [2: "kthreadd", 200: "player", 400: "other", 500: "player"]
    table.isProgram = { programs[$0].map { [name = $1] in $0 == name } ?? true }
    return table
  }

  private func player(
    _ process: Int?, _ program: String? = nil, machine: String? = nil, verified: Int? = nil, isProgram: Bool = true
  ) -> SoundInventory.Player {
    .init(isProgram: isProgram, process: process, program: program, machine: machine, verifiedProcess: verified)
  }

  @Test func `what plays is told by its number where that is only one's, by its program, or by the server's word`() {
    func isOurs(_ player: SoundInventory.Player, of application: Int = 100) -> Bool? {
      table.isOurs(player, application, ownMachine: "here")
    }
    #expect(isOurs(player(500, "player", machine: "here")) == true)
    #expect(isOurs(player(500), of: 300) == false)
    // Two sandboxes have this number, and programs tell them apart.
    #expect(isOurs(player(2)) == nil)
    #expect(isOurs(player(2, "player")) == true)
    #expect(isOurs(player(2, "other")) == false)
    #expect(isOurs(player(2, verified: 200)) == true)
    #expect(isOurs(player(2, verified: 400)) == false)
    // The word of a go-between is none, nor is that of a program against the server's.
    #expect(isOurs(player(2, verified: 50)) == nil)
    #expect(isOurs(player(500, "player", verified: 300)) == nil)
    #expect(isOurs(player(300, verified: 500)) == nil)
    #expect(isOurs(player(300, verified: 400)) == false)
    #expect(isOurs(player(500, verified: 777)) == nil)
    #expect(isOurs(player(300, verified: 777)) == false)
    #expect(isOurs(player(nil)) == nil)
    #expect(isOurs(player(nil, verified: 200)) == true)
    #expect(isOurs(player(nil, isProgram: false)) == false)
    #expect(isOurs(player(777)) == false)
    #expect(isOurs(player(500, machine: "elsewhere")) == nil)
    #expect(isOurs(player(300, machine: "elsewhere")) == false)
  }

  @Test func `a window is its program's by the X server's word, or nobody's`() {
    func verdict(
      claimed: Int?, connected: Int?, own: Int? = Int(getpid()), manager: Int? = nil, isElsewhere: Bool = false
    ) -> Int? {
      let process = WindowProcess(claimed: claimed, machine: "", connected: connected, own: own, manager: manager)
      if case .process(let number) = process.verdict(table, isElsewhere: isElsewhere) { return number }
      return nil
    }
    #expect(verdict(claimed: 100, connected: 100) == 100)
    #expect(verdict(claimed: 2, connected: 200) == 200)
    // A child of its own.
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
    // What has started the window manager has started everything.
    #expect(verdict(claimed: 50, connected: 50, manager: 300) == nil)
    #expect(verdict(claimed: 100, connected: 100, manager: 100) == 100)
  }

  @Test func `this process is found, with its parent`() throws {
    let table = ProcessTable.read()
    let own = try #require(table.processes[Int(getpid())])
    #expect(own.parent == Int(getppid()))
    #expect(table.isProcess(Int(getpid()), in: Int(getppid())) && !table.isProcess(Int(getppid()), in: Int(getpid())))
    #expect(ProcessTable.start(of: Int(getpid())) != nil && ProcessTable.start(of: 0) == nil)
  }
}
