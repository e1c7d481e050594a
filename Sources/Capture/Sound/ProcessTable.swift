import Glibc

/// A snapshot of this machine's processes, from `/proc`.
struct ProcessTable: Sendable {
  struct Process: Sendable {
    var parent: Int
    /// Its PID in its own PID namespace, which differs from the one here in sandboxes and containers.
    var namespacePID: Int
  }

  private static let capacity = 65536

  var processes: [Int: Process] = [:]
  /// Whether a process may run the program `name`.
  var isProgram: @Sendable (_ process: Int, _ name: String) -> Bool = { process, name in
    if let path = ProcessTable.link("/proc/\(process)/exe") {
      return path.split(separator: "/").last.map(String.init) == name
    }
    // Another user's: the kernel shows only the first 15 bytes of the name.
    guard let short = ProcessTable.text("/proc/\(process)/comm") else { return true }
    return name.utf8.starts(with: short.utf8.dropLast())
  }

  /// Empty where `/proc` is not that of this process's PID namespace.
  static func read() -> ProcessTable {
    var table = ProcessTable()
    guard link("/proc/self") == "\(getpid())", let folder = opendir("/proc") else { return table }
    defer { closedir(folder) }
    while table.processes.count < capacity, let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let number = Int(name) { table.processes[number] = process(number) }
    }
    return table
  }

  /// Whether `process` is `ancestor` or descends from it.
  func isProcess(_ process: Int, inTreeOf ancestor: Int) -> Bool {
    var process = process
    for _ in 0..<128 {
      if process == ancestor { return true }
      guard process > 1, let parent = processes[process]?.parent else { return false }
      process = parent
    }
    return false
  }

  /// Whether `player` is the process `application` or a descendant; nil where that is uncertain: programs in sandboxes report
  /// PIDs of their own namespace, which other processes may have too.
  func isPlayer(_ player: SoundInventory.Player, partOf application: Int, ownMachine: String?) -> Bool? {
    guard player.isProgram else { return false }
    var candidates = player.process.map { number in
      processes.filter { $0.value.namespacePID == number }.map(\.key)
        .filter { candidate in player.program.map { isProgram(candidate, $0) } ?? true }
    }
    // If the PIDs of the server and the program contradict each other, or the server's is not in the table, neither is enough.
    var isContradicted = false
    if let verified = player.verifiedProcess {
      let process = processes[verified]
      if let process, player.process == nil || player.process == process.namespacePID {
        candidates = [verified]
      } else {
        isContradicted = true
        if process != nil { candidates?.append(verified) }
      }
    }
    guard let possible = candidates else { return nil }
    let matching = possible.count { isProcess($0, inTreeOf: application) }
    if matching == 0 { return false }
    if let machine = player.machine, let ownMachine, machine != ownMachine { return nil }
    return matching == possible.count && !isContradicted ? true : nil
  }

  /// When a process was started, in the kernel's ticks; nil when there is none. Distinguishes processes with a reused PID.
  static func start(of process: Int) -> String? {
    // The name in parentheses may contain spaces and parentheses.
    guard let text = text("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 19 ? String(fields[19]) : nil
  }

  static func link(_ path: String) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
      guard let start = buffer.baseAddress else { return nil }
      let count = readlink(path, start, buffer.count)
      return count > 0 ? String(decoding: buffer[..<count].lazy.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
  }

  /// Source: proc_pid_status(5).
  private static func process(_ number: Int) -> Process? {
    guard let lines = text("/proc/\(number)/status")?.split(separator: "\n") else { return nil }
    func numbers(_ name: String) -> [Int] {
      lines.first { $0.hasPrefix(name) }?.dropFirst(name.count).split(whereSeparator: \.isWhitespace).compactMap {
        Int($0)
      } ?? []
    }
    guard let parent = numbers("PPid:").first else { return nil }
    // NSpid lists the PIDs from the outermost namespace to the process's own.
    return Process(parent: parent, namespacePID: numbers("NSpid:").last ?? number)
  }

  private static func text(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      let count = Glibc.read(file, buffer.baseAddress, buffer.count)
      return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
  }
}
