/// The addresses that this machine can be reached by at the moment.
package enum NetworkAddresses {
  /// Of interfaces that are up and running, without loopback and IPv6 link-local ones, and without those that no socket can
  /// have yet; as text. Asks the kernel, and does not wait.
  package static var current: Set<String> { Set(IPAddress.ofThisMachine().map(\.description)) }
}
