import Harness
import Testing
import WebRTC

@Suite(
  .timeLimit(.minutes(1)),
  .enabled(if: NetworkNamespace.obstacle == nil, Comment(rawValue: NetworkNamespace.obstacle ?? "")))
struct NetworkAddressesTests {
  @Test func `an address counts while its interface is running, and one of IPv6 once sockets can have it`() async throws
  {
    let (here, there) = (try await NetworkNamespace(), try await NetworkNamespace())
    try await here.connect(to: there, ("eth0", "10.77.9.1/24"), ("eth0", "10.77.9.2/24"))
    let addresses = { try await here.call { NetworkAddresses.current } }
    try await here.setRunning(false, of: "eth0")
    #expect(try await addresses() == [])
    try await here.setRunning(true, of: "eth0")
    // The kernel sets the flag in its own time.
    while try await addresses() != ["10.77.9.1"] { try await Task.sleep(for: .milliseconds(10)) }
    // The kernel looks for another machine with the address for a minute.
    try await here.run("echo 60 >/proc/sys/net/ipv6/conf/eth0/dad_transmits; ip -6 address add fd77::1/64 dev eth0")
    #expect(try await addresses() == ["10.77.9.1"])
    try await here.run("ip -6 address add fd77::2/64 dev eth0 nodad")
    // This one it does not look for, but that is decided in its own time, too.
    while try await addresses() != ["10.77.9.1", "fd77::2"] { try await Task.sleep(for: .milliseconds(10)) }
    try await here.run("ip address flush dev eth0")
    #expect(try await addresses() == [])
  }
}
