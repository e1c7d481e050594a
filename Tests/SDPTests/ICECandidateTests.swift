import SDP
import Testing

@Suite struct ICECandidateTests {
  @Test func `the example of RFC 8839 is read`() throws {
    let candidate = try #require(
      ICECandidate(parsing: "candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998"))
    #expect(candidate.foundation == "2")
    #expect(candidate.component == 1)
    #expect(candidate.transport == .udp)
    #expect(candidate.priority == 1_694_498_815)
    #expect(candidate.address == "192.0.2.3")
    #expect(candidate.port == 45664)
    #expect(candidate.kind == .serverReflexive)
    #expect(candidate.relatedAddress == "203.0.113.141")
    #expect(candidate.relatedPort == 8998)
  }

  @Test func `Chromium's extensions are kept, in their order`() throws {
    let text =
      "candidate:1 1 udp 2113937151 26958af9-a32c-4c1c-bdfe-80c3081c2e78.local 56157 typ host generation 0 ufrag QOqU network-id 1 network-cost 999"
    let candidate = try #require(ICECandidate(parsing: text))
    #expect(candidate.isMDNSName)
    #expect(candidate.usernameFragment == "QOqU")
    #expect(candidate["network-cost"] == "999")
    #expect(candidate.candidate == text)
  }

  @Test func `TCP and IPv6 are read`() throws {
    let candidate = try #require(
      ICECandidate(parsing: "a=candidate:5 1 TCP 1015022079 fd00::2 9 typ host tcptype active\r\n"))
    #expect(candidate.transport == .tcp)
    #expect(candidate.tcpType == .active)
    #expect(candidate.isIPv6)
    #expect(candidate.candidate == "candidate:5 1 tcp 1015022079 fd00::2 9 typ host tcptype active")
  }

  @Test func `unknown transports and kinds are kept by name`() throws {
    let candidate = try #require(ICECandidate(parsing: "candidate:1 1 sctp 1 1.2.3.4 5 typ mirror"))
    #expect(candidate.transport == .other("sctp"))
    #expect(candidate.kind == .other("mirror"))
  }

  @Test(arguments: [
    "", "candidate:", "candidate:1 1 udp 1 1.2.3.4 5 typ", "candidate:1 1 udp 1 1.2.3.4 5 type host",
    "candidate:1 0 udp 1 1.2.3.4 5 typ host", "candidate:1 257 udp 1 1.2.3.4 5 typ host",
    "candidate:1 1 udp 4294967296 1.2.3.4 5 typ host", "candidate:1 1 udp -1 1.2.3.4 5 typ host",
    "candidate:1 1 udp 1 1.2.3.4 65536 typ host", "candidate:1 1 udp 1 1.2.3.4 5 typ host generation",
    "candidate:1 1 udp 1 1.2.3.4 5 typ host raddr 1.2.3.4 rport x", "candidate:1 1 udp 1 1.2/3.4 5 typ host",
    "candidate:1 1 tcp 1 1.2.3.4 5 typ host tcptype both", "candidate:1  1 udp 1 1.2.3.4 5 typ host",
    "candidate:é 1 udp 1 1.2.3.4 5 typ host", "candidate:1 1 udp 1 é.local 5 typ host",
    "candidate:\(String(repeating: "1", count: 65)) 1 udp 1 1.2.3.4 5 typ host",
  ])
  func `an invalid candidate is refused`(text: String) {
    #expect(ICECandidate(parsing: text) == nil)
  }

  @Test func `the same transport address is recognized despite other differences`() throws {
    let a = try #require(ICECandidate(parsing: "candidate:1 1 udp 1 AB.local 5 typ host"))
    let b = try #require(ICECandidate(parsing: "candidate:2 1 UDP 9 ab.LOCAL 5 typ srflx generation 1"))
    let c = try #require(ICECandidate(parsing: "candidate:1 1 udp 1 AB.local 6 typ host"))
    #expect(a.hasSameTransportAddress(as: b))
    #expect(!a.hasSameTransportAddress(as: c))
  }
}
