/// The current addresses of this machine.
package enum NetworkAddresses {
  /// Those of interfaces that are up and running, as text; without loopback and IPv6 link-local addresses, and without
  /// addresses that no socket can be bound to yet. Asks the kernel, and does not block.
  package static var current: Set<String> { Set(IPAddress.ofThisMachine().map(\.description)) }
}
