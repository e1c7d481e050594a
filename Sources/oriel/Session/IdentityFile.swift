import Foundation
import Oriel

/// Stores the identity of a share in a named room, one file per server and room in `$XDG_STATE_HOME/oriel`: links stay
/// valid for later shares, and a share that was killed gets its place in the room back.
struct IdentityFile {
  /// The file's content, as JSON.
  private struct Content: Codable {
    let server, room: String
    /// DER.
    let certificate, key: Data
    let session: String
  }

  /// Why an existing file is not used; completes a sentence that begins with its name.
  private struct Unusable: Error { let reason: String }

  private struct WriteFailure: Error { let errno: Int32 }

  /// Milliseconds. A certificate that expires sooner is replaced, so that a new link stays valid for weeks.
  private static let shortestValidity = 30 * 86_400_000 as Int64
  private static let largest = 16_384
  /// The name of a server within this command.
  static let ownServer = "own"

  private let folder: String
  private let name: String
  private let server: String
  private let room: String

  /// - Parameters:
  ///   - server: the room server's address, or `ownServer`.
  ///   - environment: its XDG_STATE_HOME or HOME determines the folder.
  /// - Returns: nil if the environment has neither variable.
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
    // Two servers may get the same name here; the content is compared as well.
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

  private static func errorText(_ reason: Int32) -> String { String(cString: strerror(reason)).lowercased() }

  /// Reads the stored identity, or stores a new one.
  /// - Parameter warn: receives a sentence if earlier links become invalid, or if the new one cannot be stored.
  /// - Returns: the identity, and a lock that keeps other processes from using its place in the room. Keep it until the
  ///   share ends. Nil if another share has it, or if nothing is stored.
  /// - Throws: `RTCCertificateError`.
  func identity(warn: (String) -> Void) throws(RTCCertificateError) -> (ShareIdentity, lock: IdentityLock?) {
    do throws(Unusable) {
      if let stored = try read() { return stored }
    } catch {
      warn(
        "the file \(printable(path)) with the certificate for this room \(error.reason); a new one is made, and earlier "
          + "links lead to a warning")
    }
    let identity = try ShareIdentity.random()
    do throws(WriteFailure) {
      return (identity, try write(identity))
    } catch {
      warn(
        "cannot write \(printable(path)): \(Self.errorText(error.errno)); the link vouches for this share only, not for "
          + "later ones in this room")
      return (identity, nil)
    }
  }

  /// - Returns: nil if there is no file.
  private func read() throws(Unusable) -> (ShareIdentity, lock: IdentityLock?)? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw Unusable(reason: errno == ELOOP ? "is a link" : "cannot be read: \(Self.errorText(errno))")
    }
    let lock = IdentityLock(descriptor)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Unusable(reason: "is not a regular file")
    }
    guard status.st_uid == geteuid() else { throw Unusable(reason: "belongs to another user") }
    guard status.st_mode & 0o077 == 0 else { throw Unusable(reason: "can be read by others") }
    let bytes = try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).read(upToCount: Self.largest + 1)
    guard let bytes, let content = try? JSONDecoder().decode(Content.self, from: bytes), content.room == room,
      content.server == server
    else { throw Unusable(reason: "has invalid content") }
    var key = Array(content.key)
    defer { key.wipe() }
    guard let certificate = try? RTCCertificate(encoded: Array(content.certificate), key: key) else {
      throw Unusable(reason: "has invalid content")
    }
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    guard certificate.expires > now + Self.shortestValidity else {
      throw Unusable(reason: certificate.expires > now ? "expires within 30 days" : "has expired")
    }
    // A running share of this room on this machine keeps its place.
    guard lock.acquire() else { return (ShareIdentity(certificate: certificate), nil) }
    return (ShareIdentity(certificate: certificate, session: content.session), lock)
  }

  /// Writes a temporary file and renames it, so that the file is complete at any time.
  private func write(_ identity: ShareIdentity) throws(WriteFailure) -> IdentityLock {
    try makeFolder()
    guard let key = try? identity.certificate.encodedKey(),
      let content = try? JSONEncoder().encode(
        Content(
          server: server, room: room, certificate: Data(identity.certificate.encoded), key: Data(key),
          session: identity.session))
    else { throw WriteFailure(errno: EINVAL) }
    let draft = "\(path).\(getpid())"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw WriteFailure(errno: errno) }
    let lock = IdentityLock(descriptor)
    let isWritten =
      (try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: content)) != nil
    guard isWritten, fsync(descriptor) == 0, lock.acquire(), rename(draft, path) == 0 else {
      let reason = errno
      unlink(draft)
      throw WriteFailure(errno: reason)
    }
    return lock
  }

  /// Creates the folder and missing parents, accessible only to the user.
  private func makeFolder() throws(WriteFailure) {
    var place = ""
    for part in folder.split(separator: "/") {
      place += "/\(part)"
      guard mkdir(place, 0o700) == 0 || errno == EEXIST else { throw WriteFailure(errno: errno) }
    }
    var status = stat()
    guard lstat(folder, &status) == 0 else { throw WriteFailure(errno: errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw WriteFailure(errno: ENOTDIR) }
    guard status.st_uid == geteuid() else { throw WriteFailure(errno: EPERM) }
    if status.st_mode & 0o077 != 0, chmod(folder, 0o700) != 0 { throw WriteFailure(errno: errno) }
  }
}

/// A lock on an open file. The system releases it when the process ends, even if it is killed.
final class IdentityLock: Sendable {
  private let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// - Returns: false if another process has the lock.
  func acquire() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }
}
