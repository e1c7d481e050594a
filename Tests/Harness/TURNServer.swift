import Foundation
import Glibc

/// A coturn for one test, by default on loopback ports: STUN, and TURN over UDP and TCP.
package final class TURNServer: Sendable {
  /// How users authenticate.
  package enum Users: Sendable {
    /// Long-term credentials.
    case longTerm(username: String, password: String)
    /// Time-limited credentials from a shared secret (TURN REST API).
    case sharedSecret(String)
  }

  package let port: UInt16
  private let program: Program

  /// Starts it and waits until it accepts connections.
  /// - Parameters:
  ///   - relayPorts: the ports of relayed transport addresses.
  ///   - address: the address it listens on and relays from.
  ///   - quota: the limit of allocations of all users together; nil for no limit but the ports.
  ///   - network: the network of that address; nil for this process's own.
  /// - Throws: `HarnessError` when coturn is not installed or does not start.
  package init(
    users: Users, relayPorts: ClosedRange<UInt16> = 49160...49559, address: String = "127.0.0.1",
    quota: Int? = nil, in network: NetworkNamespace? = nil
  ) async throws {
    guard let executable = Executables.installed("turnserver") else { throw HarnessError("coturn is not installed") }
    port = try FreePort.find()
    var arguments = [
      "-n", "--no-cli", "--no-tls", "--no-dtls", "--listening-ip=\(address)", "--relay-ip=\(address)",
      "--listening-port=\(port)", "--min-port=\(relayPorts.lowerBound)", "--max-port=\(relayPorts.upperBound)",
      "--realm=oriel.test", "--allow-loopback-peers", "--log-file=stdout", "--pidfile=/dev/null",
    ]
    if let quota { arguments.append("--total-quota=\(quota)") }
    switch users {
    case .longTerm(let username, let password): arguments += ["--lt-cred-mech", "--user=\(username):\(password)"]
    case .sharedSecret(let secret): arguments += ["--use-auth-secret", "--static-auth-secret=\(secret)"]
    }
    let command = (network?.wrapper ?? []) + [executable] + arguments
    program = try Program(command[0], Array(command.dropFirst()))
    try await program.line { $0.contains("auth thread") }
    // A port in another network namespace cannot be checked from here.
    guard network == nil else { return }
    try await eventually("coturn on port \(port), which said: \(program.output)") { FreePort.isTaken(port) }
  }

  /// Sends it a signal, such as SIGSTOP to make it hang.
  package func signal(_ signal: Int32) { program.signal(signal) }

  package func stop() async throws { try await program.stop() }

  /// Credentials that expire after `seconds`: the password is the HMAC-SHA1 of the username, keyed with the server's secret.
  package static func credentials(secret: String, name: String, validFor seconds: Int) async throws -> (
    username: String, password: String
  ) {
    let username = "\(Int(Date().timeIntervalSince1970) + seconds):\(name)"
    let script = """
      import base64, hashlib, hmac, sys
      print(base64.b64encode(hmac.new(sys.argv[1].encode(), sys.argv[2].encode(), hashlib.sha1).digest()).decode())
      """
    let password = try await Program.run("python3", ["-c", script, secret, username])
    return (username, password.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}
