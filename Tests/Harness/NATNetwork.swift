/// Two networks with a NAT router between them, as in a home.
package struct NATNetwork: Sendable {
  /// The public side, for servers.
  package let outside: NetworkNamespace
  /// The private side: connects to the outside, but cannot be reached from there.
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
    // Only packets of connections opened from the inside are forwarded to it.
    try await router.run(
      """
      echo 1 >/proc/sys/net/ipv4/ip_forward
      iptables -t nat -A POSTROUTING -o outer -j MASQUERADE
      iptables -P FORWARD DROP
      iptables -A FORWARD -i inner -j ACCEPT
      iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
      """)
  }

  /// Limits the bitrate towards the inside, as a slow line does: packets are queued for up to 300 ms, then dropped. Nil
  /// removes the limit.
  package func limitInside(to bitrate: Int?) async throws {
    guard let bitrate else {
      return _ = try await router.run("tc qdisc del dev inner root 2>/dev/null || iptables -D FORWARD 1")
    }
    // A kernel without the `tbf` queue drops packets instead of queueing them.
    try await router.run(
      """
      tc qdisc add dev inner root tbf rate \(bitrate)bit burst 4kb latency 300ms 2>/dev/null ||
      iptables -I FORWARD -o inner -m hashlimit --hashlimit-name slow --hashlimit-above \(bitrate / 8)b/s \\
        --hashlimit-burst 4kb -j DROP
      """)
  }

  /// Replaces the inside's address, as when a phone changes networks: open connections no longer work.
  package func changeInsideAddress(from old: Int, to new: Int) async throws {
    try await inside.run(
      """
      ip address del 10.77.2.\(old)/24 dev eth0
      ip address add 10.77.2.\(new)/24 dev eth0
      ip route add default via 10.77.2.1
      """)
  }
}
