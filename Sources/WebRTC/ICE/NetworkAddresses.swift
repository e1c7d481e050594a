/// The addresses that this machine can be reached by at the moment.
package enum NetworkAddresses {
  /// Of interfaces that are up, without loopback and IPv6 link-local ones, as text. Asks the kernel, and does not wait.
  package static var current: Set<String> { Set(IPAddress.ofThisMachine().map(\.description)) }
}
