import JSEP
import SDP
import Harness
import Media
import RTP
import RoomProtocol
import Testing
import WebRTC

@testable import Sharing

/// One viewer's connection; the tests call its `second`.
@Suite(.timeLimit(.minutes(1))) @NetworkThreadActor
struct ScreenShareViewerTests {
  /// Collects the reports of a viewer's connection.
  @NetworkThreadActor final class Reports {
    private(set) var signals: [RoomSignal] = []
    private(set) var failures: [String] = []
    private(set) var warnings: [String] = []
    private(set) var silences = 0

    func take(_ report: ScreenShareViewer.Report) {
      switch report {
      case .signal(let signal): signals.append(signal)
      case .failed(let why): failures.append(why)
      case .warning(_, let message): warnings.append(message)
      case .silent: silences += 1
      case .connected, .fellBehind, .caughtUp: break
      }
    }

    /// Whether the end of this side's candidates has been signalled.
    var isGathered: Bool {
      signals.contains { signal in
        if case .candidate(let candidate) = signal.content { candidate.candidate.isEmpty } else { false }
      }
    }

    var offer: String? { offers.first }

    var offers: [String] {
      signals.compactMap { if case .offer(let sdp) = $0.content { sdp } else { nil } }
    }
  }

  let member = RoomMember(id: "7", role: .viewer, name: "Vera")

  func viewer(
    makesOffer: Bool = true, configuration: RTCConfiguration = .loopback
  ) throws -> (ScreenShareViewer, Reports) {
    let reports = Reports()
    let stream = Canvas(width: 64, height: 64).captureStream()
    let viewer = try ScreenShareViewer(
      member, tracks: stream.getTracks(), of: stream, configuration: configuration, makesOffer: makesOffer,
      isOnline: true
    ) { reports.take($0) }
    return (viewer, reports)
  }

  /// An answer of this library to the offer, without candidates.
  func answer(to offer: String, of peer: RTCPeerConnection? = nil) throws -> String {
    let isOwn = peer == nil
    let peer = try peer ?? RTCPeerConnection(.loopback)
    defer { if isOwn { peer.close() } }
    try peer.setRemoteDescription(RTCSessionDescriptionInit(type: .offer, sdp: offer))
    try peer.setLocalDescription()
    return try #require(peer.localDescription?.sdp)
  }

  @Test func `an offer without an answer for 15 seconds is reported silent, once`() async throws {
    let (viewer, reports) = try viewer()
    try await eventually("the offer") { reports.offer != nil }
    for _ in 0..<15 { viewer.second() }
    #expect(reports.silences == 0)
    for _ in 0..<30 { viewer.second() }
    #expect(reports.silences == 1 && reports.failures.isEmpty)
    viewer.close()
  }

  @Test func `20 seconds without a connection after the answer are a failure with advice`() async throws {
    let (viewer, reports) = try viewer()
    try await eventually("the offer and its candidates") { reports.isGathered }
    for _ in 0..<10 { viewer.second() }
    viewer.receive(RoomSignal(.answer(sdp: try answer(to: try #require(reports.offer)))))
    for _ in 0..<20 { viewer.second() }
    #expect(reports.silences == 0 && reports.failures.isEmpty)
    viewer.second()
    #expect(reports.failures.count == 1 && reports.failures[0].contains("a relay (TURN) is needed"))
    viewer.close()
  }

  @Test func `a viewer that offers after 40 seconds is answered, and is not reported silent`() async throws {
    let (viewer, reports) = try viewer(makesOffer: false)
    for _ in 0..<40 { viewer.second() }
    #expect(reports.silences == 0 && reports.signals.isEmpty)
    let peer = try RTCPeerConnection(.loopback)
    try peer.addTransceiver(.video, .init(direction: .recvonly))
    try peer.setLocalDescription()
    viewer.receive(RoomSignal(.offer(sdp: try #require(peer.localDescription?.sdp))))
    guard case .answer(let sdp)? = reports.signals.first?.content else {
      Issue.record("\(reports.signals)")
      return
    }
    #expect(sdp.contains("a=sendonly") && reports.signals[0].to == member.id)
    viewer.close()
    peer.close()
  }

  @Test func `signals are addressed to the member's id; a closed viewer reports nothing`() async throws {
    let (viewer, reports) = try viewer()
    try await eventually("the offer and its candidates") { reports.isGathered }
    #expect(reports.signals.allSatisfy { $0.to == member.id })
    viewer.sendNotice("paused", "The screen is paused.")
    #expect(reports.signals.last?.content == .notice(code: "paused", text: "The screen is paused."))
    viewer.close()
    let count = reports.signals.count
    viewer.sendNotice("paused", "")
    viewer.receive(RoomSignal(.answer(sdp: "nonsense")))
    for _ in 0..<60 { viewer.second() }
    #expect(reports.signals.count == count && reports.warnings.isEmpty && reports.silences == 0)
  }

  @Test func `a member of the reference protocol gets no notices`() async throws {
    let reports = Reports()
    let stream = Canvas(width: 64, height: 64).captureStream()
    let viewer = try ScreenShareViewer(
      RoomMember(id: "", role: .member, name: nil), tracks: stream.getTracks(), of: stream, configuration: .loopback,
      makesOffer: true, isOnline: true
    ) { reports.take($0) }
    viewer.sendNotice("paused", "The screen is paused.")
    try await eventually("the offer") { reports.offer != nil }
    // Without an id the signals go to all in the room.
    #expect(reports.signals.allSatisfy { $0.to == nil })
    #expect(!reports.signals.contains { if case .notice = $0.content { true } else { false } })
    viewer.receive(RoomSignal(.answer(sdp: "nonsense")))
    #expect(reports.warnings.count == 1 && reports.warnings[0].hasPrefix("a viewer sent what cannot be used: "))
    viewer.close()
  }
}
