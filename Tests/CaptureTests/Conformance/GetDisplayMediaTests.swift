import Capture
import Media
import TestSupport
import Testing

/// The behaviours of web-platform-tests' screen-capture/getdisplaymedia.https.html, except for the user activation: a program
/// that may connect to the display may capture it.
@Suite(.timeLimit(.minutes(2))) struct GetDisplayMediaTests {
  private func stream(
    _ server: XServer, video: MediaTrackRequest = true, audio: MediaTrackRequest = false
  ) async throws(DisplayMediaError) -> MediaStream {
    try await MediaDevices.getDisplayMedia(
      .init(display: server.display, video: video, audio: audio, soundServer: "unix:/nowhere"))
  }

  @Test func `without a sound server there is one live video track, whether audio is requested or not`() async throws {
    let server = try await XServer()
    let plain = try await MediaDevices.getDisplayMedia(.init(display: server.display))
    let requested = [try await stream(server, audio: true), try await stream(server, video: true, audio: false)]
    for stream in [plain] + requested {
      #expect(stream.getTracks().count == 1)
      let track = stream.getVideoTracks()[0]
      #expect(track.kind == .video && track.enabled && track.readyState == .live)
      track.stop()
      #expect(track.readyState == .ended)
    }
  }

  @Test func `min, exact, advanced and no video are TypeErrors before the display is opened`() async throws {
    let refused: [MediaTrackRequest] = [
      false, .constrained(.init(advanced: [.init(width: 320)])), .constrained(.init(width: .init(min: 320))),
      .constrained(.init(width: .init(exact: 320))), .constrained(.init(height: .init(min: 240))),
      .constrained(.init(height: .init(exact: 240))), .constrained(.init(frameRate: .init(min: 4))),
      .constrained(.init(frameRate: .init(exact: 4))), .constrained(.init(cursor: .exact(.never))),
    ]
    for video in refused {
      for audio in [false, true] as [MediaTrackRequest] {
        await #expect {
          // No such display: connecting to it would be another error.
          _ = try await MediaDevices.getDisplayMedia(.init(display: ":none", video: video, audio: audio))
        } throws: { error in
          (error as? DisplayMediaError)?.name == .type && (error as? DisplayMediaError)?.reason == .invalidOption
        }
      }
    }
  }

  @Test func `sizes and rates are at most max, and sizes are exact to the pixel`() async throws {
    let server = try await XServer()
    let bounded: [MediaTrackConstraints] = [
      .init(width: .init(max: 360)), .init(height: .init(max: 240)),
      .init(width: .init(max: 360), height: .init(max: 240)),
      .init(frameRate: .init(max: 4)), .init(width: .init(max: 360), frameRate: .init(max: 4)),
      .init(width: .init(max: 360), height: .init(max: 240), frameRate: .init(max: 4)),
    ]
    for constraints in bounded {
      let stream = try await stream(server, video: .constrained(constraints))
      let settings = stream.getTracks()[0].getSettings()
      let (width, height, rate) = (settings.width ?? 0, settings.height ?? 0, settings.frameRate ?? 0)
      #expect(width >= 1 && height >= 1 && rate >= 1)
      #expect(width <= constraints.width?.max ?? 640)
      #expect(height <= constraints.height?.max ?? 480)
      #expect(rate <= constraints.frameRate?.max ?? 30)
      #expect(stream.getTracks()[0].getConstraints() == constraints)
    }
    let track = try await stream(server, video: .constrained(.init(height: 240))).getTracks()[0]
    #expect(track.getSettings().height == 240)
    for width in [160, 80, 158] {
      let other = try await stream(server, video: .constrained(.init(width: .init(width)))).getTracks()[0]
      #expect(other.getSettings().width == width)
      try await track.applyConstraints(.init(width: .init(width)))
      #expect(track.getSettings().width == width)
    }
    for height in [120, 60, 118] {
      try await track.applyConstraints(.init(height: .init(height)))
      #expect(track.getSettings().height == height)
    }
  }

  @Test func `a max of 0 or below is an OverconstrainedError that names the constraint`() async throws {
    let server = try await XServer()
    for bound in [0, -1] {
      let refused: [(String, MediaTrackConstraints)] = [
        ("width", .init(width: .init(max: bound))), ("height", .init(height: .init(max: bound))),
        ("frameRate", .init(frameRate: .init(max: Double(bound)))),
      ]
      for (name, constraints) in refused {
        await #expect {
          _ = try await stream(server, video: .constrained(constraints))
        } throws: { error in
          let error = error as? DisplayMediaError
          return error?.name == .overconstrained && error?.constraint == name && error?.message.contains(name) == true
        }
      }
    }
  }

  @Test func `an unreachable display is a NotReadableError, an unknown monitor a NotFoundError`() async throws {
    let server = try await XServer()
    await #expect { _ = try await MediaDevices.getDisplayMedia(.init(display: ":987")) } throws: {
      ($0 as? DisplayMediaError)?.name == .notReadable
    }
    await #expect {
      _ = try await MediaDevices.getDisplayMedia(.init(display: server.display, surface: .monitor("none such")))
    } throws: {
      ($0 as? DisplayMediaError)?.name == .notFound
    }
  }

  @Test(arguments: DisplaySurface.allCases)
  func `an ideal displaySurface does not change the captured surface`(surface: DisplaySurface) async throws {
    let server = try await XServer()
    let stream = try await stream(server, video: .constrained(.init(displaySurface: .bare(surface))))
    #expect(stream.getVideoTracks().count == 1 && stream.getAudioTracks().isEmpty)
    #expect(stream.getTracks()[0].getSettings().displaySurface == .monitor)
  }
}
