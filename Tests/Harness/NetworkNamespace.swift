import Foundation
import Glibc

/// A network namespace with only a loopback interface; it is removed, with its interfaces, when this object is released.
package final class NetworkNamespace: Sendable {
  private let holder: Program

  /// Why this machine cannot create one; nil if it can.
  package static let obstacle: String? = {
    guard getuid() == 0 else { return "network namespaces take root" }
    for program in ["unshare", "nsenter", "ip", "iptables"] where Executables.installed(program) == nil {
      return "\(program) is not installed"
    }
    guard let program = try? Program("unshare", ["--net", "iptables", "-t", "nat", "-L", "-n"]) else {
      return "unshare does not start"
    }
    _ = program.waitUntilExit()
    return program.output.contains("POSTROUTING") ? nil : "no network namespaces with NAT here: \(program.errorOutput)"
  }()

  package init() async throws {
    // Wait for its first line: until then the process may still be in this process's namespace.
    holder = try Program("unshare", ["--net", "sh", "-c", "ip link set lo up && echo up && exec sleep infinity"])
    try await holder.line { $0 == "up" }
  }

  /// A command that executes the command appended to it within this network.
  package var wrapper: [String] { ["nsenter", "--net=/proc/\(holder.pid)/ns/net", "--"] }

  /// Runs shell commands within this network, up to the first that fails.
  /// - Throws: `HarnessError` with their output.
  @discardableResult
  package func run(_ commands: String) async throws -> String {
    try await Program.run("nsenter", Array(wrapper.dropFirst()) + ["sh", "-ec", commands])
  }

  /// Calls `body` on a thread within this network.
  /// - Throws: `HarnessError` when the thread cannot enter it.
  package func call<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async throws -> Result {
    let pid = holder.pid
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        let descriptor = open("/proc/\(pid)/ns/net", O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        guard GNUExtensions.setNamespace(descriptor, 0) == 0 else {
          return continuation.resume(throwing: HarnessError("setns: \(String(cString: strerror(errno)))"))
        }
        continuation.resume(returning: body())
      }
    }
  }

  /// Sets or clears the flag RUNNING of an interface that is up. The kernel sets it up to a second after packets can pass;
  /// until then the interface's address is not used.
  package func setRunning(_ isRunning: Bool, of interface: String) async throws {
    // The mode is for a kernel that has not set the flag yet.
    let words = isRunning ? "mode default state up" : "mode dormant state dormant"
    try await run("ip link set dev \(interface) \(words)")
  }

  /// Bytes sent by an interface of this network so far.
  package func bytesSent(by interface: String) async throws -> Int {
    let links = try JSON(parsing: try await run("ip -s -j link show dev \(interface)"))
    let bytes = links[0]["stats64"]["tx"]["bytes"].int
    guard let bytes else { throw HarnessError("no statistics of \(interface)") }
    return bytes
  }

  /// Connects this network to another by a veth pair: an interface in each, both up, with their addresses.
  /// - Parameter ends: the name and address of this network's end, such as `10.77.1.1/24`.
  package func connect(
    to other: NetworkNamespace, _ ends: (name: String, address: String), _ otherEnds: (name: String, address: String)
  ) async throws {
    try await run(
      """
      ip link add \(ends.name) type veth peer name \(otherEnds.name) netns \(other.holder.pid)
      ip address add \(ends.address) dev \(ends.name)
      ip link set \(ends.name) addrgenmode none up
      """)
    try await other.run(
      "ip address add \(otherEnds.address) dev \(otherEnds.name) && ip link set \(otherEnds.name) addrgenmode none up")
  }
}
