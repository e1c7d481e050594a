import CX11
import Glibc
import Media

/// Finds the process that a window belongs to, from the X server, which knows its clients' processes, not from the program alone.
struct WindowProcess {
  /// As the program reports it (`_NET_WM_PID`).
  var claimed: Int?
  var machine: String
  /// As the X server reports it; nil if it does not know, as for a program on another machine.
  var connected: Int?
  /// The processes of this program itself and of the window manager, as the X server reports them.
  var own: Int?
  var manager: Int?

  /// - Throws: `DisplayMediaError` if the process is not certain.
  static func find(_ wanted: WindowSelection, display: String?) throws(DisplayMediaError) -> Int {
    let connection = try XConnection(display)
    let tops = TopLevels(connection, watches: false)
    if connection.isBroken { throw .unreachable(display) }
    let (_, entry) = try WindowRelations(tops, connection).window(wanted)
    let manager = WindowProperties.manager(connection, tops.atoms)
    let process = WindowProcess(
      claimed: entry.properties?.process,
      machine: WindowProperties.machine(of: entry.client, connection, tops.atoms),
      connected: connection.process(of: entry.client), own: connection.process(of: oriel_new_id(connection.display)),
      manager: manager.flatMap { connection.process(of: $0) })
    switch process.verdict(ProcessTable.read(), isElsewhere: process.isElsewhere) {
    case .process(let number): return number
    case .unsure(let why):
      throw DisplayMediaError(
        name: .notFound, reason: .soundSourceNotFound,
        message:
          "\(why), so the sound of the window \(printable(wanted.description)) cannot be told from others'; ask for the "
          + "system's")
    }
  }

  enum Verdict: Equatable {
    case process(Int)
    /// With the reason, as the beginning of a sentence.
    case unsure(String)
  }

  /// - Parameter isElsewhere: whether the program reports another machine, which is not a container's name.
  func verdict(_ table: ProcessTable, isElsewhere: Bool) -> Verdict {
    guard let claimed else { return .unsure("it does not say which program it belongs to") }
    guard let own else { return .unsure("the X server does not report the process of a window") }
    guard own == Int(getpid()) else {
      return .unsure("the X server, in another container, has other numbers for processes")
    }
    if isElsewhere { return .unsure("it says that its program runs on the machine \(printable(machine))") }
    guard let connected else { return .unsure("its program is connected from another machine") }
    guard let process = table.processes[connected] else {
      return .unsure("its process \(connected) is not to be found")
    }
    var found = connected
    if claimed != process.namespacePID {
      // A descendant that the connected process names is as certain as that process.
      guard table.processes[claimed]?.namespacePID == claimed, table.isProcess(claimed, inTreeOf: connected) else {
        return .unsure("it says that it belongs to process \(claimed), and process \(connected) has made it")
      }
      found = claimed
    }
    let hasStartedAll = manager.map { $0 != found && table.isProcess($0, inTreeOf: found) } ?? false
    if found <= 2 || hasStartedAll {
      return .unsure("its process \(found) has started everything else here, too")
    }
    return .process(found)
  }

  private var hostName: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let text = buffer.baseAddress, gethostname(text, buffer.count - 1) == 0 else { return "" }
      buffer[buffer.count - 1] = 0
      return String(cString: text)
    }
  }

  private var isElsewhere: Bool {
    let own = hostName.lowercased().prefix { $0 != "." }
    let other = machine.lowercased().prefix { $0 != "." }
    if other.isEmpty || other == own || other == "localhost" { return false }
    // A container has a name of its own.
    guard let connected, let space = ProcessTable.link("/proc/\(connected)/ns/uts") else { return true }
    return space == ProcessTable.link("/proc/self/ns/uts")
  }
}

extension XConnection {
  /// The process that made `resource`, by the server's number for it; nil if the server does not know.
  /// Source: X-Resource 1.2, `XResQueryClientIds`.
  func process(of resource: XID) -> Int? {
    var (event, error, major, minor) = (Int32(), Int32(), Int32(), Int32())
    guard XResQueryExtension(display, &event, &error) != 0, XResQueryVersion(display, &major, &minor) != 0,
      (major, minor) >= (1, 2)
    else { return nil }
    var wanted = XResClientIdSpec(client: resource, mask: XRES_CLIENT_ID_PID_MASK.rawValue)
    var (count, found) = (CLong(), UnsafeMutablePointer<XResClientIdValue>?.none)
    let status = XResQueryClientIds(display, 1, &wanted, &count, &found)
    defer { if let found { XResClientIdsDestroy(count, found) } }
    guard takeError() == nil, status == Success, let found else { return nil }
    return (0..<Int(count)).lazy.map { Int(XResGetClientPid(found + $0)) }.first { $0 > 0 }
  }
}
