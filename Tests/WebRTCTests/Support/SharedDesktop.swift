import Capture
import Encoding
import Harness
import JSEP
import Media
import Scenes
import Testing
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

extension SharedDesktop {
  /// Expects that a picture is the test card of one of its steps, with colours within `tolerance`.
  /// - Returns: the time in its barcode.
  @discardableResult
  func expectCard(
    in picture: DecodedFrame, tolerance: Int = 6, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> UInt32 {
    #expect(picture.width == screen.width && picture.height == screen.height, sourceLocation: sourceLocation)
    let green = stride(from: 1, to: picture.bytes.count, by: 3).map { picture.bytes[$0] }
    let plane = LumaPlane(samples: green, width: picture.width, height: picture.height)
    let drawn = try #require(
      Barcode.decode(plane, of: scene.name, screen: screen), "no barcode", sourceLocation: sourceLocation)
    #expect(try scene.steps.contains { $0.milliseconds == drawn }, sourceLocation: sourceLocation)
    let card = TestCard(width: screen.width, height: screen.height)
    #expect(ColourChecks.mismatches(card, in: picture, tolerance: tolerance) == [], sourceLocation: sourceLocation)
    return drawn
  }
}

extension BrowserPeer {
  /// Waits until the picture shows a scene drawn at `time` or later.
  func shows(_ desktop: SharedDesktop, asOf time: MediaTime, within limit: Duration = .seconds(20)) async throws {
    let earliest = UInt32(truncatingIfNeeded: time.nanoseconds / 1_000_000)
    try await eventually("a picture of what was drawn after \(earliest)", within: limit.seconds) {
      guard let drawn = try await barcode(of: desktop.scene.name, screen: desktop.screen) else { return false }
      return drawn &- earliest < 1 << 31
    }
  }
}
