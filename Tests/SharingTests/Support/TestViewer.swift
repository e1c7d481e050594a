import JSEP
import Harness
import Media
import RTP
import RoomProtocol
import Rooms
import WebRTC

/// A viewer of the room `demo` with a connection of this library in place of a browser's.
@NetworkThreadActor final class TestViewer {
  /// A notice about the screen.
  struct Notice: Sendable, Equatable {
    var code: String
    var text: String
  }

  /// What the viewer has received so far.
  struct Seen: Sendable {
    var id = ""
    var offers = 0
    var notices: [Notice] = []
    /// Peers that have left the room.
    var departures = 0
    var states: [RTCPeerConnectionState] = []
  }

  let room: RoomClient
  let seen = Watched(Seen())
  let frames = FrameLog()
  private(set) var connection: RTCPeerConnection?
  private let change: @Sendable (String) -> String
  private var publisher: String?
  private var tasks: [Task<Void, Never>] = []
  private let outgoing: AsyncStream<RoomSignal>.Continuation

  /// Enters the room, and answers each offer.
  /// - Parameter change: applied to an offer before it is used.
  init(port: Int, name: String = "Vera", changingOffers change: @escaping @Sendable (String) -> String = { $0 })
    async throws
  {
    self.change = change
    let room = RoomClient(.quick(port: port), room: "demo", RoomJoin(role: .viewer, name: name))
    self.room = room
    // One after the other: candidates must not precede their description.
    let (signals, outgoing) = AsyncStream.makeStream(of: RoomSignal.self)
    self.outgoing = outgoing
    tasks.append(Task { for await signal in signals { try? await room.send(signal) } })
    tasks.append(
      Task { [weak self] in
        for await event in room.events { self?.handle(event) }
      })
    try await room.connect()
  }

  private func handle(_ event: RoomClientEvent) {
    switch event {
    case .entered(let id, _): seen.update { $0.id = id }
    case .connect(let member, _):
      connection?.close()
      connection = nil
      publisher = member.id
    case .signal(let signal, _): receive(signal.content)
    case .disconnect:
      connection?.close()
      seen.update { $0.departures += 1 }
    case .received, .lost, .ended: break
    }
  }

  private func receive(_ content: RoomSignal.Content) {
    switch content {
    case .offer(let sdp):
      seen.update { $0.offers += 1 }
      try? answer(change(sdp))
    case .candidate(let candidate):
      try? connection?.addIceCandidate(
        RTCIceCandidateInit(candidate: candidate.candidate, sdpMid: candidate.id, sdpMLineIndex: candidate.label))
    case .notice(let code, let text): seen.update { $0.notices.append(Notice(code: code, text: text)) }
    case .answer, .restart, .other: break
    }
  }

  private func answer(_ sdp: String) throws {
    let connection = try connection ?? connect()
    try connection.setRemoteDescription(RTCSessionDescriptionInit(type: .offer, sdp: sdp))
    try connection.setLocalDescription()
    send(.answer(sdp: connection.localDescription?.sdp ?? ""))
  }

  private func connect() throws -> RTCPeerConnection {
    let connection = try RTCPeerConnection(.loopback)
    self.connection = connection
    let events = connection.events
    tasks.append(
      Task { [weak self] in
        for await event in events { self?.handle(event) }
      })
    return connection
  }

  private func handle(_ event: RTCPeerConnectionEvent) {
    switch event {
    case .icecandidate(let candidate?):
      send(
        .candidate(RoomCandidate(label: candidate.sdpMLineIndex, id: candidate.sdpMid, candidate: candidate.candidate)))
    case .connectionstatechange(let state, _): seen.update { $0.states.append(state) }
    case .track(let event) where event.track.kind == .video:
      (event.track.source as? any EncodedSource)?.attach(frames)
    default: break
    }
  }

  /// Sends a signal to the publisher.
  func send(_ content: RoomSignal.Content) { outgoing.yield(RoomSignal(content, to: publisher)) }

  /// Waits until `seen` fulfils `condition`.
  func sees(_ what: String, _ condition: @escaping @Sendable (Seen) -> Bool) async throws {
    _ = try await seen.first(what, within: .seconds(30)) { condition($0) ? true : nil }
  }

  /// Calls `paint` and waits for a further frame.
  func getsFrames(_ what: String, after paint: () -> Void) async throws {
    let count = frames.frames.count
    paint()
    try await frames.sees(what) { $0.count > count }
  }

  /// Leaves the room, like a page that is closed.
  func leave() async {
    connection?.close()
    outgoing.finish()
    await room.leave()
    for task in tasks { task.cancel() }
  }
}

/// Keeps the frames of a remote track.
final class FrameLog: EncodedSink {
  private let state = Watched([EncodedFrame]())

  var frames: [EncodedFrame] { state.current }

  func receive(_ frame: EncodedFrame) { state.update { $0.append(frame) } }
  func sourceEnded() {}

  /// Waits until the frames fulfil `condition`.
  func sees(_ what: String, _ condition: @escaping @Sendable ([EncodedFrame]) -> Bool) async throws {
    _ = try await state.first(what, within: .seconds(30)) { condition($0) ? true : nil }
  }
}
