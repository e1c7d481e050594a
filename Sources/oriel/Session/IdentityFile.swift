import Foundation
import Oriel

/// Where the share of a room that has a name keeps who it is, so that a link of yesterday holds today, and a share that was
/// killed has its place in the room again: a file by server and room in `$XDG_STATE_HOME/oriel`.
struct IdentityFile {
  /// What is in the file.
  private struct Content: Codable {
    let server, room: String
    /// In DER.
    let certificate, key: Data
    let session: String
  }

  /// Why a file that is there is not used, as the end of a sentence that begins with its name.
  private struct Unusable: Error { let why: String }

  /// Why it cannot be written.
  private struct Unkept: Error { let errno: Int32 }

  /// A link is to hold for weeks: one that is about to end is made anew in time.
  private static let shortestValidity = 30 * 86_400_000 as Int64
  private static let largest = 16_384
  /// Of a server within this command.
  static let ownServer = "own"

  private let folder: String
  private let name: String
  private let server: String
  private let room: String

  /// - Parameters:
  ///   - server: the room server's address, or `ownServer`.
  ///   - environment: the process's.
  /// - Returns: nil where the environment names no place for it.
  init?(server: String, room: String, environment: [String: String] = ProcessInfo.processInfo.environment) {
    let state = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    guard let state = state ?? environment["HOME"].flatMap({ $0.hasPrefix("/") ? "\($0)/.local/state" : nil }) else {
      return nil
    }
    folder = "\(state)/oriel"
    self.server = Self.normalized(server)
    self.room = room
    let place = self.server.unicodeScalars.map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789.-".unicodeScalars.contains(scalar))
        ? String(scalar) : "_"
    }
    // Servers of one name by this are told apart by what is in the file.
    name = "share-\(room)@\(place.joined().prefix(150)).json"
  }

  private var path: String { "\(folder)/\(name)" }

  private static func normalized(_ server: String) -> String {
    guard var parts = URLComponents(string: server) else { return server }
    parts.scheme = parts.scheme?.lowercased()
    parts.host = parts.host?.lowercased()
    let text = parts.string ?? server
    return text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  private static func words(_ reason: Int32) -> String { String(cString: strerror(reason)).lowercased() }

  /// The identity that is kept, or a new one that is kept from now on.
  /// - Parameter warn: takes what is to be said: why links given before hold no longer, or why this one will not.
  /// - Returns: the identity, and what keeps others from taking its place in the room while this process is there; to be kept
  ///   until the end.
  /// - Throws: `RTCCertificateError`.
  func identity(warn: (String) -> Void) throws(RTCCertificateError) -> (ShareIdentity, hold: IdentityHold?) {
    do throws(Unusable) {
      if let kept = try read() { return kept }
    } catch {
      warn(
        "the file \(printable(path)), which links to this room rely on, \(error.why); it is made again, and links given "
          + "before lead to a warning")
    }
    let identity = try ShareIdentity.random()
    do throws(Unkept) {
      return (identity, try write(identity))
    } catch {
      warn(
        "cannot keep \(printable(path)): \(Self.words(error.errno)); the link vouches for this share alone, not for "
          + "the next one in this room")
      return (identity, nil)
    }
  }

  /// - Returns: nil when there is no file.
  private func read() throws(Unusable) -> (ShareIdentity, hold: IdentityHold?)? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw Unusable(why: errno == ELOOP ? "is a link" : "cannot be read: \(Self.words(errno))")
    }
    let hold = IdentityHold(descriptor)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Unusable(why: "is no regular file")
    }
    guard status.st_uid == geteuid() else { throw Unusable(why: "belongs to somebody else") }
    guard status.st_mode & 0o077 == 0 else { throw Unusable(why: "can be read by others") }
    let bytes = try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).read(upToCount: Self.largest + 1)
    guard let bytes, let content = try? JSONDecoder().decode(Content.self, from: bytes), content.room == room,
      content.server == server
    else { throw Unusable(why: "does not hold what it should") }
    var key = Array(content.key)
    defer { key.wipe() }
    guard let certificate = try? RTCCertificate(encoded: Array(content.certificate), key: key) else {
      throw Unusable(why: "does not hold what it should")
    }
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    guard certificate.expires > now + Self.shortestValidity else {
      throw Unusable(why: certificate.expires > now ? "ends to be valid within 30 days" : "has expired")
    }
    // Another share of this room on this machine keeps its place.
    guard hold.lock() else { return (ShareIdentity(certificate: certificate), nil) }
    return (ShareIdentity(certificate: certificate, session: content.session), hold)
  }

  /// Writes a file of another name first, so that there is a whole one at any time.
  private func write(_ identity: ShareIdentity) throws(Unkept) -> IdentityHold {
    try makeFolder()
    guard let key = try? identity.certificate.encodedKey(),
      let content = try? JSONEncoder().encode(
        Content(
          server: server, room: room, certificate: Data(identity.certificate.encoded), key: Data(key),
          session: identity.session))
    else { throw Unkept(errno: EINVAL) }
    let draft = "\(path).\(getpid())"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Unkept(errno: errno) }
    let hold = IdentityHold(descriptor)
    let isWritten =
      (try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: content)) != nil
    guard isWritten, fsync(descriptor) == 0, hold.lock(), rename(draft, path) == 0 else {
      let reason = errno
      unlink(draft)
      throw Unkept(errno: reason)
    }
    return hold
  }

  /// The folder and those above it that are missing, for the user alone.
  private func makeFolder() throws(Unkept) {
    var place = ""
    for part in folder.split(separator: "/") {
      place += "/\(part)"
      guard mkdir(place, 0o700) == 0 || errno == EEXIST else { throw Unkept(errno: errno) }
    }
    var status = stat()
    guard lstat(folder, &status) == 0 else { throw Unkept(errno: errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw Unkept(errno: ENOTDIR) }
    guard status.st_uid == geteuid() else { throw Unkept(errno: EPERM) }
    if status.st_mode & 0o077 != 0, chmod(folder, 0o700) != 0 { throw Unkept(errno: errno) }
  }
}

/// An open file; the system gives a lock on it back when the process ends, however that comes about.
final class IdentityHold: Sendable {
  private let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// - Returns: whether no other process has it locked.
  func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }
}
