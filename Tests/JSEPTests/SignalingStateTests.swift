import SDP
import RTP
import JSEP
import Testing

@Suite struct SignalingStateTests {
  enum Step: String, CaseIterable, Sendable {
    case createOffer, createAnswer, localOffer, localPranswer, localAnswer, localRollback
    case remoteOffer, remotePranswer, remoteAnswer, remoteRollback
  }

  /// The state after each step; a step that is not listed is an InvalidStateError. Source: RFC 9429 §3.2, W3C WebRTC §4.4.1.5.
  private static let table: [RTCSignalingState: [Step: RTCSignalingState]] = [
    .stable: [.createOffer: .stable, .localOffer: .haveLocalOffer, .remoteOffer: .haveRemoteOffer],
    .haveLocalOffer: [
      .createOffer: .haveLocalOffer, .localOffer: .haveLocalOffer, .localRollback: .stable,
      .remoteOffer: .haveRemoteOffer,
      .remotePranswer: .haveRemotePranswer, .remoteAnswer: .stable, .remoteRollback: .stable,
    ],
    .haveRemoteOffer: [
      .createAnswer: .haveRemoteOffer, .localPranswer: .haveLocalPranswer, .localAnswer: .stable,
      .remoteOffer: .haveRemoteOffer, .localRollback: .stable, .remoteRollback: .stable,
    ],
    .haveLocalPranswer: [
      .createAnswer: .haveLocalPranswer, .localPranswer: .haveLocalPranswer, .localAnswer: .stable,
      .localRollback: .stable, .remoteRollback: .stable,
    ],
    .haveRemotePranswer: [
      .remotePranswer: .haveRemotePranswer, .remoteAnswer: .stable, .localRollback: .stable, .remoteRollback: .stable,
    ],
    .closed: [:],
  ]

  /// A peer in a state, with the descriptions that the next steps need.
  private struct Scene {
    var peer = Peer("alice", seed: 1)
    var offer = ""
    var answer = ""
    var remoteOffer = ""
    var remoteAnswer = ""

    init(_ state: RTCSignalingState) throws {
      _ = try peer.negotiation.addTrack(.video, trackID: "screen")
      var other = Peer("bob", seed: 2)
      _ = try other.negotiation.addTrack(.video, trackID: "camera")
      remoteOffer = try other.offer()
      var answerer = Peer("carol", seed: 3)
      offer = try peer.createOffer()
      remoteAnswer = try answerer.answer(offer)
      switch state {
      case .stable: break
      case .haveLocalOffer, .haveRemotePranswer:
        _ = try peer.negotiation.setLocal(.offer, offer)
        if state == .haveRemotePranswer { _ = try peer.negotiation.setRemote(.pranswer, remoteAnswer) }
      case .haveRemoteOffer, .haveLocalPranswer:
        _ = try peer.negotiation.setRemote(.offer, remoteOffer)
        answer = try peer.createAnswer()
        if state == .haveLocalPranswer { _ = try peer.negotiation.setLocal(.pranswer, answer) }
      case .closed: peer.negotiation.close()
      }
      #expect(peer.negotiation.signalingState == state)
    }

    mutating func perform(_ step: Step) throws {
      switch step {
      case .createOffer: _ = try peer.createOffer()
      case .createAnswer: _ = try peer.createAnswer()
      case .localOffer: _ = try peer.negotiation.setLocal(.offer, offer)
      case .localPranswer: _ = try peer.negotiation.setLocal(.pranswer, answer)
      case .localAnswer: _ = try peer.negotiation.setLocal(.answer, answer)
      case .localRollback: _ = try peer.negotiation.setLocal(.rollback)
      case .remoteOffer: _ = try peer.negotiation.setRemote(.offer, remoteOffer)
      case .remotePranswer: _ = try peer.negotiation.setRemote(.pranswer, remoteAnswer)
      case .remoteAnswer: _ = try peer.negotiation.setRemote(.answer, remoteAnswer)
      case .remoteRollback: _ = try peer.negotiation.setRemote(.rollback)
      }
    }
  }

  @Test(
    arguments: [
      RTCSignalingState.stable, .haveLocalOffer, .haveRemoteOffer, .haveLocalPranswer, .haveRemotePranswer, .closed,
    ], Step.allCases)
  func `each step leads to the state of the specification, or is refused`(state: RTCSignalingState, step: Step)
    throws
  {
    var scene = try Scene(state)
    let expected = Self.table[state]?[step]
    do {
      try scene.perform(step)
      #expect(scene.peer.negotiation.signalingState == expected)
    } catch let error as NegotiationError {
      #expect(expected == nil, "\(error)")
      #expect(error.name == "InvalidStateError")
      #expect(scene.peer.negotiation.signalingState == state)
    }
  }

  @Test func `a provisional answer starts media, and the final answer may be the same`() throws {
    var a = Peer("alice", seed: 1)
    var b = Peer("bob", seed: 2)
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    let offer = try a.offer()
    _ = try b.negotiation.setRemote(.offer, offer)
    let answer = try b.createAnswer()
    #expect(try b.negotiation.setLocal(.pranswer, answer).isAgreed)
    #expect(b.negotiation.media.count == 1 && b.negotiation.transports[0].remote != nil)
    #expect(try a.negotiation.setRemote(.pranswer, answer).isAgreed)
    #expect(a.negotiation.media.map(\.direction) == [.sendonly])
    #expect(a.negotiation.pendingRemoteDescription?.type == .pranswer)
    #expect(a.negotiation.currentRemoteDescription == nil)
    _ = try b.negotiation.setLocal(.answer, answer)
    let change = try a.negotiation.setRemote(.answer, answer)
    #expect(change.tracks.isEmpty && change.candidates.isEmpty)
    #expect(a.negotiation.currentRemoteDescription?.type == .answer)
    #expect(a.negotiation.pendingLocalDescription == nil)
  }

  @Test func `a provisional answer can be rolled back`() throws {
    var a = Peer("alice", seed: 1)
    var b = Peer("bob", seed: 2)
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    _ = try b.negotiation.setRemote(.offer, try a.offer())
    let answer = try b.createAnswer()
    _ = try b.negotiation.setLocal(.pranswer, answer)
    _ = try a.negotiation.setRemote(.pranswer, answer)
    _ = try a.negotiation.setLocal(.rollback)
    _ = try b.negotiation.setLocal(.rollback)
    for peer in [a, b] {
      #expect(peer.negotiation.media.isEmpty && peer.negotiation.transports.isEmpty)
      #expect(peer.negotiation.transceivers.allSatisfy { $0.mid == nil && $0.currentDirection == nil })
    }
  }

  @Test(
    arguments: [
      { $0 + "a=extra\r\n" }, { $0.replacing("a=sendrecv", with: "a=recvonly") }, { _ in "" },
      { $0.replacing("\r\n", with: "\n") },
    ] as [@Sendable (String) -> String])
  func `a changed local description is an InvalidModificationError`(change: @Sendable (String) -> String) throws {
    var a = Peer("alice", seed: 1)
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    let offer = try a.createOffer()
    let error = #expect(throws: NegotiationError.self) { try a.negotiation.setLocal(.offer, change(offer)) }
    #expect(error?.name == "InvalidModificationError")
    #expect(a.negotiation.signalingState == .stable)
    _ = try a.negotiation.setLocal(.offer, offer)
  }

  @Test func `only the last created offer can be set`() throws {
    var a = Peer("alice", seed: 1)
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    let old = try a.createOffer()
    _ = try a.negotiation.addTrack(.audio, trackID: "sound")
    let new = try a.createOffer()
    #expect(throws: NegotiationError.self) { try a.negotiation.setLocal(.offer, old) }
    _ = try a.negotiation.setLocal(.offer, new)
  }

  @Test func `a track added after createOffer is in the next offer`() throws {
    var a = Peer("alice", seed: 1)
    var b = Peer("bob", seed: 2)
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    let offer = try a.createOffer()
    _ = try a.negotiation.addTrack(.audio, trackID: "sound")
    _ = try a.negotiation.setLocal(.offer, offer)
    #expect(a.negotiation.transceivers.map(\.mid) == ["0", nil])
    let answer = try b.answer(offer)
    _ = try a.negotiation.setRemote(.answer, answer)
    #expect(a.negotiation.isNegotiationNeeded)
  }

  @Test func `the implicit description is an answer after a remote offer, else an offer`() throws {
    var a = Peer("alice", seed: 1)
    #expect(a.negotiation.implicitLocalType == .offer)
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    let offer = try a.offer()
    #expect(a.negotiation.implicitLocalType == .offer)
    var b = Peer("bob", seed: 2)
    _ = try b.negotiation.setRemote(.offer, offer)
    #expect(b.negotiation.implicitLocalType == .answer)
  }

  @Test func `a closed connection refuses every step`() throws {
    var a = Peer("alice", seed: 1)
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    a.negotiation.close()
    #expect(!a.negotiation.isNegotiationNeeded)
    #expect(a.negotiation.transceivers.allSatisfy { $0.isStopped })
    #expect(throws: NegotiationError.self) { try a.negotiation.addTrack(.audio, trackID: "x") }
    #expect(throws: NegotiationError.self) { try a.negotiation.addTransceiver(.audio) }
    #expect(throws: NegotiationError.self) {
      try a.negotiation.addRemoteCandidate("", mid: nil, mLineIndex: nil)
    }
  }
}
