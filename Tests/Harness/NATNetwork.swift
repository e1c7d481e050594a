/// Two networks with a router between them that hides the inner one behind its own address, as the box of a home does.
public struct NATNetwork: Sendable {
  /// Where servers are, with an address that everybody reaches.
  public let outside: NetworkNamespace
  /// Where somebody is who reaches out, and is not reached.
  public let inside: NetworkNamespace
  public let router: NetworkNamespace

  public init() async throws {
    outside = try await NetworkNamespace()
    inside = try await NetworkNamespace()
    router = try await NetworkNamespace()
    try await router.connect(to: outside, ("outer", "10.77.1.1/24"), ("eth0", "10.77.1.2/24"))
    try await router.connect(to: inside, ("inner", "10.77.2.1/24"), ("eth0", "10.77.2.2/24"))
    try await outside.run("ip route add default via 10.77.1.1")
    try await inside.run("ip route add default via 10.77.2.1")
    // Nothing comes in but what belongs to what went out.
    try await router.run(
      """
      echo 1 >/proc/sys/net/ipv4/ip_forward
      iptables -t nat -A POSTROUTING -o outer -j MASQUERADE
      iptables -P FORWARD DROP
      iptables -A FORWARD -i inner -j ACCEPT
      iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
      """)
  }

  /// Gives the inside another address in place of the one it has, as when a telephone changes networks: what was open is dead.
  public func changeInsideAddress(from old: Int, to new: Int) async throws {
    try await inside.run(
      """
      ip address del 10.77.2.\(old)/24 dev eth0
      ip address add 10.77.2.\(new)/24 dev eth0
      ip route add default via 10.77.2.1
      """)
  }
}
