import Testing
import WebRTC

@testable import Sharing

@Suite struct ConnectionDiagnosisTests {
  private static let refusal = RTCIceCandidateError(
    url: "turn:example.org", errorCode: 401, errorText: "The TURN server refused the user name or the credential.")

  private func message(_ change: (inout ConnectionDiagnosis) -> Void) -> String {
    var diagnosis = ConnectionDiagnosis()
    (diagnosis.hasLocalCandidates, diagnosis.hasRemoteCandidates) = (true, true)
    change(&diagnosis)
    return diagnosis.message
  }

  @Test func `each cause has its own message`() {
    #expect(message { $0.hasLocalCandidates = false }.contains("check its network"))
    #expect(message { $0.hasRemoteCandidates = false }.contains("nothing comes from it by UDP"))
    // Most browsers signal no usable candidate: with a relay the message is about that.
    #expect(message { ($0.hasRemoteCandidates, $0.relayWorks) = (false, true) }.contains("Neither a direct way nor"))
    #expect(message { _ in }.contains("No direct way (UDP) leads there, and there is no relay"))
    #expect(message { $0.hasRelay = true }.contains("the relay (TURN) gave no address"))
    #expect(message { ($0.hasRelay, $0.relayWorks) = (true, true) }.contains("a firewall may be blocking UDP"))
    #expect(message { ($0.hasRelay, $0.serverErrors) = (true, [Self.refusal]) }.contains("refused the user name"))
    #expect(message { $0.isRelayOnly = true } == "Only relays are to be used, and there is none: give a TURN server.")
    #expect(message { ($0.isRelayOnly, $0.relayAdvice) = (true, "buy one") }.hasSuffix("there is none: buy one."))
    #expect(
      message { ($0.isRelayOnly, $0.hasRelay, $0.serverErrors) = (true, true, [Self.refusal]) }
        .hasPrefix("No relay: turn:example.org"))
    #expect(
      message { ($0.hasRelay, $0.serverErrors) = (true, [Self.refusal]) }
        .hasSuffix("no help: turn:example.org: \(Self.refusal.errorText)"))
    let lost = RTCError(.operation, "The peer does not answer any more.")
    #expect(message { ($0.wasConnected, $0.error) = (true, lost) } == lost.message)
  }

  @Test func `a local error's message has no server URL, a server error's message begins with it`() {
    let own = RTCIceCandidateError(url: "", errorCode: 701, errorText: "No socket could be opened.")
    #expect(own.message == "No socket could be opened.")
    #expect(Self.refusal.message == "turn:example.org: \(Self.refusal.errorText)")
  }
}
