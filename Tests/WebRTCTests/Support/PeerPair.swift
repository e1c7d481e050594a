import Harness
import Media
import JSEP
import WebRTC

/// Two connections in this process that exchange their candidates, as two programs would over a signalling server.
@NetworkThreadActor final class PeerPair {
  let first: RTCPeerConnection
  let second: RTCPeerConnection
  private var tasks: [Task<Void, Never>] = []
  /// The events of each, in order.
  private(set) var events: [[RTCPeerConnectionEvent]] = [[], []]

  init(_ configuration: RTCConfiguration = .loopback) throws {
    first = try RTCPeerConnection(configuration)
    second = try RTCPeerConnection(configuration)
    for (index, pair) in [(first, second), (second, first)].enumerated() {
      let events = pair.0.events
      tasks.append(
        Task { [weak self] in
          for await event in events {
            self?.events[index].append(event)
            if case .icecandidate(let candidate?) = event { try? pair.1.addIceCandidate(candidate) }
          }
        })
    }
  }

  deinit { for task in tasks { task.cancel() } }

  /// Exchanges an offer of `offerer`, by default `first`, and its answer.
  func negotiate(from offerer: RTCPeerConnection? = nil, _ options: RTCOfferOptions = .init()) throws {
    let offerer = offerer ?? first
    let answerer = offerer === first ? second : first
    try offerer.setLocalDescription(try offerer.createOffer(options))
    try answerer.setRemoteDescription(offerer.localDescription!)
    try answerer.setLocalDescription()
    try offerer.setRemoteDescription(answerer.localDescription!)
  }

  func connect() async throws {
    try negotiate()
    try await first.reaches(.connected)
    try await second.reaches(.connected)
  }

  func close() {
    first.close()
    second.close()
  }
}

/// Keeps the frames of a remote track.
final class EncodedLog: EncodedSink {
  private let state = Monitor((frames: [EncodedFrame](), hasEnded: false))

  var frames: [EncodedFrame] { state.withLock { $0.frames } }
  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  func receive(_ frame: EncodedFrame) { state.withLock { $0.frames.append(frame) } }
  func sourceEnded() { state.withLock { $0.hasEnded = true } }

  /// Waits until the frames fulfil `condition`.
  nonisolated(nonsending) func seen(
    _ what: String, within limit: Double = 30, _ condition: ([EncodedFrame]) -> Bool
  ) async throws {
    try await eventually(what, within: limit) { condition(frames) }
  }
}
