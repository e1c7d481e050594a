import Harness
import Testing
import WebRTC

@Suite(
  .timeLimit(.minutes(1)),
  .enabled(if: NetworkNamespace.obstacle == nil, Comment(rawValue: NetworkNamespace.obstacle ?? "")))
struct NetworkAddressesTests {
  @Test func `addresses are those of running interfaces, IPv6 ones after duplicate address detection`() async throws {
    let (here, there) = (try await NetworkNamespace(), try await NetworkNamespace())
    try await here.connect(to: there, ("eth0", "10.77.9.1/24"), ("eth0", "10.77.9.2/24"))
    let addresses = { try await here.call { NetworkAddresses.current } }
    try await here.setRunning(false, of: "eth0")
    #expect(try await addresses() == [])
    try await here.setRunning(true, of: "eth0")
    // The kernel sets the flag asynchronously.
    while try await addresses() != ["10.77.9.1"] { try await Task.sleep(for: .milliseconds(10)) }
    // Duplicate address detection takes a minute.
    try await here.run("echo 60 >/proc/sys/net/ipv6/conf/eth0/dad_transmits; ip -6 address add fd77::1/64 dev eth0")
    #expect(try await addresses() == ["10.77.9.1"])
    try await here.run("ip -6 address add fd77::2/64 dev eth0 nodad")
    // Without the detection, but the kernel decides that asynchronously, too.
    while try await addresses() != ["10.77.9.1", "fd77::2"] { try await Task.sleep(for: .milliseconds(10)) }
    try await here.run("ip address flush dev eth0")
    #expect(try await addresses() == [])
  }
}
