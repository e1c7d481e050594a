/// Two networks with a router between them that hides the inner one behind its own address, as the box of a home does.
package struct NATNetwork: Sendable {
  /// Where servers are, with an address that everybody reaches.
  package let outside: NetworkNamespace
  /// Where somebody is who reaches out, and is not reached.
  package let inside: NetworkNamespace
  package let router: NetworkNamespace

  package init() async throws {
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

  /// Lets no more in than so many bits a second, as a bad line does: some waits, the rest is lost. Nil ends that.
  package func limitInside(to bitrate: Int?) async throws {
    guard let bitrate else {
      return _ = try await router.run("tc qdisc del dev inner root 2>/dev/null || iptables -D FORWARD 1")
    }
    // Not every kernel has the queue; without, nothing waits.
    try await router.run(
      """
      tc qdisc add dev inner root tbf rate \(bitrate)bit burst 4kb latency 300ms 2>/dev/null ||
      iptables -I FORWARD -o inner -m hashlimit --hashlimit-name slow --hashlimit-above \(bitrate / 8)b/s \\
        --hashlimit-burst 4kb -j DROP
      """)
  }

  /// Gives the inside another address in place of the one it has, as when a telephone changes networks: what was open is dead.
  package func changeInsideAddress(from old: Int, to new: Int) async throws {
    try await inside.run(
      """
      ip address del 10.77.2.\(old)/24 dev eth0
      ip address add 10.77.2.\(new)/24 dev eth0
      ip route add default via 10.77.2.1
      """)
  }
}
