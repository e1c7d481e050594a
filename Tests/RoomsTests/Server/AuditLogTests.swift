import Foundation
import Harness
import RoomProtocol
import Synchronization
import Testing

@testable import Rooms

/// The log of joins, departures and refusals.
@Suite(.timeLimit(.minutes(1))) struct AuditLogTests {
  private static let polling = "/socket.io/?EIO=4&transport=polling"

  /// The lines that a server logs during `body`.
  private static func lines(
    _ configuration: RoomServerConfiguration = RoomServerConfiguration(), _ body: (ServedRooms) async throws -> Void
  ) async throws -> [JSON] {
    let folder = try TemporaryDirectory()
    let file = folder.file("audit.log")
    let log = try AuditLog(path: file.path) { Issue.record("\($0)") }
    var configuration = configuration
    configuration.server.audit = log
    try await ServedRooms.run(configuration, body)
    log.close()
    return try parse(file)
  }

  private static func parse(_ file: URL) throws -> [JSON] {
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.isEmpty || text.hasSuffix("\n"))
    return try text.split(separator: "\n").map { try JSON(parsing: String($0)) }
  }

  /// A line's members as text, sorted by key, without the time and ids.
  private static func text(_ line: JSON) -> String {
    guard case .object(let members) = line else { return "" }
    let hidden = ["time", "session", "by"]
    return members.filter { !hidden.contains($0.key) }.sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value.string ?? "")" }.joined(separator: " ")
  }

  @Test func `joins, departures, removals and locks are logged with address, room, role and a short id`() async throws {
    let lines = try await Self.lines { rooms in
      let ann = try rooms.member("bay", #"{"role":"publisher","name":"Ann"}"#)
      let ben = try WebSocketPeer.connected(port: rooms.port)
      ben.send(#"42["join","bay",{"role":"viewer","name":"Ben"}]"#)
      let joined = try JSON(parsing: String(try ben.expect { $0.contains(#"["joined""#) }.dropFirst(2)))
      #expect(try ann.call(#"["lock","bay",true]"#) == #"[{"ok":true}]"#)
      let late = try WebSocketPeer.connected(port: rooms.port)
      #expect(try late.call(#"["join","bay",{"role":"viewer"}]"#).contains("locked"))
      #expect(try ann.call(#"["remove","bay","\#(joined[2].string ?? "")"]"#) == #"[{"ok":true}]"#)
      #expect(try ann.call(#"["lock","bay",false]"#) == #"[{"ok":true}]"#)
      #expect(try late.call(#"["join","bay",{"role":"viewer"}]"#).contains("true"))
      #expect(try late.call(#"["lock","bay",true]"#).contains("role"))
      late.send(#"42["leave","bay"]"#)
      try late.expect { $0.contains("leaved") }
    }
    #expect(
      lines.map(Self.text) == [
        "address=127.0.0.1 event=joined name=Ann role=publisher room=bay",
        "address=127.0.0.1 event=joined name=Ben role=viewer room=bay",
        "address=127.0.0.1 event=locked name=Ann role=publisher room=bay",
        "address=127.0.0.1 event=refused reason=locked role=viewer room=bay",
        "address=127.0.0.1 event=removed name=Ben reason=presenter role=viewer room=bay",
        "address=127.0.0.1 event=unlocked name=Ann role=publisher room=bay",
        "address=127.0.0.1 event=joined name=Guest 3 role=viewer room=bay",
        "address=127.0.0.1 event=refused reason=role request=lock room=bay",
        "address=127.0.0.1 event=left name=Guest 3 role=viewer room=bay",
        // When the server stops.
        "address=127.0.0.1 event=left name=Ann role=publisher room=bay",
      ])
    #expect(lines.allSatisfy { ($0["session"].string ?? "12345678").count == 8 })
    #expect(lines[4]["by"] == lines[0]["session"] && lines[4]["session"] == lines[1]["session"])
    for line in lines {
      let time = line["time"].string ?? ""
      #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil, "\(time)")
    }
  }

  @Test func `refusals are logged with the reason and the whole address, without secrets`() async throws {
    let keys = GrantKeys(["team": String(repeating: "k", count: 32)])
    let grant = GrantKeys.token(
      for: RoomGrant(room: RoomName("other")!, role: .viewer, expires: 2_000_000_000), name: "team",
      key: String(repeating: "k", count: 32))
    let random = RoomName.random().description
    let configuration = RoomServerConfiguration.with {
      $0.rooms.token = Secret("right horse")
      $0.rooms.capacity = 2
      $0.grantKeys = keys
      $0.server.trustedProxies = [AddressRange("127.0.0.1")!]
      $0.server.limits.connectionsPerAddress = 5
    }
    let lines = try await Self.lines(configuration) { rooms in
      let from = ["X-Forwarded-For: 2001:db8::7"]
      _ = try rooms.connection().get("/healthz", from + ["Host: evil.test"])
      _ = try rooms.connection().get(Self.polling, from + ["Origin: https://evil.test"])
      let peer = try WebSocketPeer.connected(port: rooms.port, ["X-Forwarded-For: 198.51.100.7"])
      for token in ["wrong horse", grant] {
        #expect(try peer.call(#"["join","bay",{"role":"viewer","token":"\#(token)"}]"#).contains("token"))
      }
      #expect(try peer.call(#"["join","\#(random)",{"token":"right horse"}]"#).contains("true"))
      let other = try rooms.member("bay", #"{"role":"viewer","token":"right horse"}"#)
      let full = try peer.call(#"["join","bay",{"role":"viewer","token":"right horse"}]"#)
      #expect(full == #"[{"ok":false,"reason":"full"}]"#)
      other.connection.close()
      for _ in 0..<6 { _ = try rooms.connection().get(Self.polling, ["X-Forwarded-For: 203.0.113.9"]) }
    }
    let refused = lines.filter { $0["event"] == "refused" }
    #expect(
      refused.map(Self.text) == [
        "address=2001:db8::7 detail=evil.test; let in by hostNames evil.test event=refused reason=host",
        "address=2001:db8::7 detail=https://evil.test; let in by allowedOrigins https://evil.test, or if people reach this server "
          + "there externalURL https://evil.test event=refused reason=origin",
        "address=198.51.100.7 event=refused reason=token role=viewer room=bay",
        "address=198.51.100.7 event=refused reason=token role=viewer room=bay",
        "address=198.51.100.7 event=refused reason=full role=viewer room=bay",
        "address=203.0.113.9 event=refused reason=connectionsPerAddress",
      ])
    // A random room name is a secret: only its beginning is logged.
    #expect(lines.contains { $0["room"].string == "\(random.prefix(8))…" })
    for secret in ["horse", grant, random] + grant.split(separator: ".").suffix(2).map(String.init) {
      #expect(!lines.contains { Self.text($0).contains(secret) }, "\(secret)")
    }
  }

  @Test func `a client's text cannot break its line, and is shortened`() async throws {
    let lines = try await Self.lines { rooms in
      let peer = try WebSocketPeer.connected(port: rooms.port)
      let name = #"x\"},\n{\"event\":\"joined\u202e"# + String(repeating: "y", count: 300)
      #expect(try peer.call(#"["join","bay",{"role":"viewer","name":"\#(name)"}]"#).contains("true"))
      #expect(try peer.call(#"["join","\#(name)",{"role":"viewer"}]"#).contains("name"))
      _ = try rooms.connection().get(
        "/healthz", ["Origin: https://a\"},{\u{202e}" + String(repeating: "y", count: 900)])
    }
    #expect(lines.map { $0["event"] } == ["joined", "refused", "refused", "left"])
    #expect(lines[0]["name"].string?.hasPrefix("x\"},") == true)
    #expect(lines[1]["room"].string?.unicodeScalars.count == 64)
    #expect(lines[2]["detail"].string?.unicodeScalars.count == 200)
    for line in lines {
      let text = Self.text(line)
      #expect(!text.unicodeScalars.contains { [.control, .format].contains($0.properties.generalCategory) }, "\(text)")
      #expect(text.utf8.count < 1000)
    }
  }

  @Test func `a member whose grant expires is removed as expired, one whose key is replaced as revoked`() async throws {
    let (key, other) = (String(repeating: "k", count: 32), String(repeating: "o", count: 32))
    let keys = GrantKeys(["team": key])
    func token(for seconds: Int) -> String {
      let expires = Int(Date().timeIntervalSince1970) + seconds
      return GrantKeys.token(
        for: RoomGrant(room: RoomName("r")!, role: .viewer, expires: expires), name: "team", key: key)
    }
    let lines = try await Self.lines(.with { $0.grantKeys = keys }) { rooms in
      let expiring = try rooms.member("r", #"{"role":"viewer","token":"\#(token(for: 2))"}"#)
      let revoked = try rooms.member("r", #"{"role":"viewer","token":"\#(token(for: 1000))"}"#)
      #expect(try expiring.expect { $0.hasPrefix(#"42["removed","r""#) }.hasSuffix(#",{"reason":"expired"}]"#))
      keys.replace(by: ["team": other])
      #expect(try revoked.expect { $0.hasPrefix(#"42["removed","r""#) }.hasSuffix(#",{"reason":"revoked"}]"#))
    }
    #expect(lines.filter { $0["event"] == "removed" }.map { $0["reason"] } == ["expired", "revoked"])
  }

  @Test func `of 1400 refusals at least 1000 are logged, and the others are counted as lost`() async throws {
    let lines = try await Self.lines { rooms in
      for _ in 0..<1400 { _ = try rooms.connection().get("/healthz", ["Host: evil.test"]) }
    }
    let refused = lines.count { $0["event"] == "refused" }
    let lost = lines.filter { $0["event"] == "lost" }.compactMap { $0["count"].int }.reduce(0, +)
    #expect(refused + lost == 1400 && refused >= 1000 && lost > 0, "\(refused) \(lost)")
  }

  // MARK: The file

  @Test func `the file has mode 600, is appended to, and is reopened by its name`() throws {
    let folder = try TemporaryDirectory()
    let (file, old) = (folder.file("audit.log"), folder.file("audit.log.1"))
    for round in 1...2 {
      let log = try AuditLog(path: file.path) { Issue.record("\($0)") }
      log.write("joined", [("n", .number(Double(round)))])
      log.close()
    }
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(try Self.parse(file).map { $0["n"] } == [1, 2])
    // Like logrotate: rename, then reopen.
    let log = try AuditLog(path: file.path) { Issue.record("\($0)") }
    log.write("joined", [("n", 3)])
    try FileManager.default.moveItem(at: file, to: old)
    log.write("joined", [("n", 4)])
    log.reopen()
    log.write("joined", [("n", 5)])
    log.close()
    #expect(try Self.parse(old).map { $0["n"] } == [1, 2, 3, 4])
    #expect(try Self.parse(file).map { $0["n"] } == [5])
    log.write("joined", [("n", 6)])
    #expect(try Self.parse(file).count == 1)
  }

  @Test func `a file that cannot be opened throws, and one that cannot be reopened keeps the old one`() throws {
    let folder = try TemporaryDirectory()
    #expect { try AuditLog(path: "/nowhere/audit.log") { _ in } } throws: { error in
      "\(error)" == "cannot write the log /nowhere/audit.log: no such file or directory"
    }
    #expect(throws: AuditLogError.self) { try AuditLog(path: folder.url.path) { _ in } }
    let inner = folder.file("inner")
    try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: false)
    let problems = Mutex<[String]>([])
    let log = try AuditLog(path: inner.appending(path: "log").path) { text in problems.withLock { $0.append(text) } }
    log.write("joined", [])
    let moved = folder.file("moved")
    try FileManager.default.moveItem(at: inner, to: moved)
    log.reopen()
    log.write("left", [])
    log.close()
    #expect(try Self.parse(moved.appending(path: "log")).map { $0["event"] } == ["joined", "left"])
    #expect(problems.withLock { $0.count == 1 && $0[0].hasSuffix("lines still go to the old file") })
  }

  @Test func `a full pipe blocks no writer, and the lines that do not fit are counted`() async throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("pipe").path
    try #require(mkfifo(path, 0o600) == 0)
    let reader = Descriptor(owning: open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC))
    let problems = Mutex<[String]>([])
    let log = try AuditLog(path: path) { text in problems.withLock { $0.append(text) } }
    let begun = MonotonicClock.seconds
    for number in 0..<20_000 { log.write("joined", [("n", .number(Double(number)))]) }
    #expect(MonotonicClock.seconds - begun < 5)
    try await eventually("the report that the pipe is full") { problems.withLock { $0.count == 1 } }
    var bytes: [UInt8] = []
    func read() {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while case let count = Glibc.read(reader.number, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    }
    // After each batch, the log writes how many lines were lost.
    var (kept, lost, left) = (0, 0, 0)
    try await eventually("the number of all lost lines") {
      log.write("left", [])
      left += 1
      read()
      let lines = try String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
        try JSON(parsing: String($0))
      }
      kept = lines.count { $0["event"] == "joined" }
      lost = lines.filter { $0["event"] == "lost" }.compactMap { $0["count"].int }.reduce(0, +)
      return kept + lost >= 20_000
    }
    log.close()
    #expect(kept > 0 && lost > 0 && kept + lost <= 20_000 + left, "\(kept) \(lost) \(left)")
  }

  @Test(.enabled(if: getuid() == 0, "mounting a file system requires root"))
  func `a full disk is reported once, leaves no partial line, and the lost lines are counted later`() async throws {
    let folder = try TemporaryDirectory()
    try await Program.run("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder.url.path])
    defer { _ = try? Program("umount", ["--lazy", folder.url.path]).waitUntilExit() }
    let (file, ballast) = (folder.file("audit.log"), folder.file("ballast"))
    try Data(count: 4096 * 14).write(to: ballast)
    let problems = Mutex<[String]>([])
    let log = try AuditLog(path: file.path) { text in problems.withLock { $0.append(text) } }
    for number in 0..<500 { log.write("joined", [("n", .number(Double(number)))]) }
    try await eventually("the report that the disk is full") { problems.withLock { $0.count == 1 } }
    #expect(problems.withLock { $0[0].contains("no space left on device") })
    try FileManager.default.removeItem(at: ballast)
    log.write("left", [])
    log.close()
    let lines = try Self.parse(file)
    let kept = lines.count { $0["event"] == "joined" }
    let lost = lines.filter { $0["event"] == "lost" }.compactMap { $0["count"].int }.reduce(0, +)
    #expect(kept > 0 && lost > 0 && kept + lost == 500, "\(kept) \(lost)")
    #expect(lines.contains { $0["event"] == "left" } && problems.withLock { $0.count == 1 })
  }
}
