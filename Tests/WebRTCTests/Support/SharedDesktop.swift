import Capture
import Encoding
import Harness
import Media
import JSEP
import Scenes
import WebRTC

/// A captured X server with a known desktop, to be shared with any number of peers.
struct SharedDesktop: Sendable {
  let server: XServer
  let scene: Scene
  let screen: PixelSize
  let stream: MediaStream

  var track: MediaStreamTrack { stream.getVideoTracks()[0] }

  /// - Parameter stopAfter: seconds after which the motion stops.
  init(_ scene: SceneName, width: Int = 1280, height: Int = 720, stopAfter: Double? = nil) async throws {
    screen = PixelSize(width: width, height: height)
    server = try await XServer(width: width, height: height)
    self.scene = try await Scene(scene, on: server.display, stopAfter: stopAfter)
    stream = try await MediaDevices.getDisplayMedia(.init(display: server.display, cursor: .never))
  }

  func stop() async throws {
    track.stop()
    try await scene.stop()
    try await server.stop()
  }
}

extension RTCConfiguration {
  /// For peers on this machine, over the loopback interface only.
  static var loopback: RTCConfiguration {
    var configuration = RTCConfiguration()
    configuration.localAddresses = ["127.0.0.1"]
    return configuration
  }
}

extension RTCPeerConnection {
  /// Makes and sets an offer, waits until gathering is complete, and returns the offer with all candidates.
  func completeOffer(_ options: RTCOfferOptions = .init()) async throws -> RTCSessionDescription {
    let events = events
    try setLocalDescription(try createOffer(options))
    return try await completeDescription(events)
  }

  /// Sets an offer, and returns the answer with all candidates.
  func completeAnswer(to offer: RTCSessionDescription) async throws -> RTCSessionDescription {
    let events = events
    try setRemoteDescription(offer)
    try setLocalDescription()
    return try await completeDescription(events)
  }

  private func completeDescription(_ events: AsyncStream<RTCPeerConnectionEvent>) async throws -> RTCSessionDescription
  {
    if iceGatheringState != .complete {
      for await event in events {
        if case .icegatheringstatechange(.complete) = event { break }
      }
    }
    guard let localDescription else { throw HarnessError("there is no local description") }
    return localDescription
  }

  func reaches(_ state: RTCPeerConnectionState, within limit: Duration = .seconds(30)) async throws {
    try await eventually("the state \(state) in place of \(connectionState)", within: limit.seconds) {
      connectionState == state
    }
  }
}
