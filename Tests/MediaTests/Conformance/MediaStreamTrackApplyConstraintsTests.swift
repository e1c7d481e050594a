import Media
import Testing

/// The behaviours of web-platform-tests' mediacapture-streams/MediaStreamTrack-applyConstraints.https.html, and the rest of the
/// specification's SelectSettings.
@Suite struct MediaStreamTrackApplyConstraintsTests {
  private let devices = Devices()

  private func apply(_ constraints: MediaTrackConstraintSet) async throws -> MediaTrackSettings {
    let track = devices.stream(audio: false).getTracks()[0]
    try await track.applyConstraints(.init(constraints))
    #expect(track.getConstraints() == MediaTrackConstraints(constraints))
    return track.getSettings()
  }

  private func failure(_ constraints: MediaTrackConstraintSet) async throws -> String? {
    let track = devices.stream(audio: false).getTracks()[0]
    let before = track.getSettings()
    do {
      try await track.applyConstraints(.init(constraints))
      return nil
    } catch {
      #expect(error.name == "OverconstrainedError")
      #expect(track.getConstraints() == MediaTrackConstraints())
      #expect(track.getSettings() == before)
      return error.constraint
    }
  }

  @Test func `exact with another group, device, cursor or surface fails with its name, ideal has no effect`()
    async throws
  {
    #expect(try await failure(.init(groupId: .exact("INVALID"))) == "groupId")
    #expect(try await failure(.init(deviceId: .exact("INVALID"))) == "deviceId")
    #expect(try await failure(.init(displaySurface: .exact(.window))) == "displaySurface")
    #expect(try await failure(.init(cursor: .exact(.never))) == "cursor")
    let settings = try await apply(.init(deviceId: "INVALID", groupId: "INVALID"))
    #expect(settings.groupId?.isEmpty == false && settings.groupId != "INVALID")
    #expect(settings.deviceId != "INVALID")
    #expect(try await apply(.init(displaySurface: .bare(.window))).displaySurface == nil)
  }

  @Test func `sizes are exact to the pixel, keep the aspect ratio and are never enlarged`() async throws {
    for width in [1, 79, 80, 158, 160, 333, 640] {
      let settings = try await apply(.init(width: .init(width)))
      #expect(settings.width == width)
      #expect(settings.height == max(1, (width * 360 + 320) / 640))
      #expect(settings.resizeMode == (width == 640 ? .native : .cropAndScale))
    }
    for height in [60, 118, 120, 239] { #expect(try await apply(.init(height: .init(height))).height == height) }
    #expect(try await apply(.init(width: 2000)).width == 640)
    #expect(try await apply(.init(width: .init(max: 320), height: .init(max: 90))).width == 160)
    #expect(try await apply(.init(width: .init(min: 100, max: 320, ideal: 50))).width == 100)
    #expect(try await failure(.init(width: .init(exact: 641))) == "width")
    #expect(try await failure(.init(width: .init(min: 641))) == "width")
    #expect(try await failure(.init(width: .init(max: 0))) == "width")
    #expect(try await failure(.init(height: .init(max: -1))) == "height")
    // Another aspect ratio would need cropping.
    #expect(try await failure(.init(width: .init(exact: 320), height: .init(exact: 240))) == "height")
    #expect(try await failure(.init(aspectRatio: .init(exact: 1))) == "aspectRatio")
    #expect(try await apply(.init(width: 320, aspectRatio: .init(exact: 16.0 / 9))).height == 180)
    #expect(try await failure(.init(width: .init(max: 320), resizeMode: .exact(.native))) == "width")
    #expect(try await apply(.init(width: 320, resizeMode: .exact(.native))).width == 640)
  }

  @Test func `the size with the least fitness distance from the ideals is selected`() async throws {
    let settings = try await apply(.init(width: 320, height: 300))
    #expect(settings.height == 300 || settings.width == 320)
    let (width, height) = (Double(settings.width!), Double(settings.height!))
    func distance(_ width: Double, _ height: Double) -> Double {
      abs(width - 320) / max(width, 320) + abs(height - 300) / max(height, 300)
    }
    for other in stride(from: 1.0, through: 640, by: 1) {
      #expect(distance(width, height) <= distance(other, (other * 360 / 640).rounded()) + 1e-9)
    }
    // An ideal mode weighs as much as any other ideal can.
    #expect(try await apply(.init(resizeMode: .bare(.native))).width == 640)
  }

  @Test func `the frame rate is the ideal one, or the nearest that min, max and exact allow`() async throws {
    #expect(try await apply(.init(frameRate: 5)).frameRate == 5)
    #expect(try await apply(.init(frameRate: .init(max: 4))).frameRate == 4)
    #expect(try await apply(.init(frameRate: .init(min: 50))).frameRate == 50)
    #expect(try await apply(.init(frameRate: .init(exact: 12.5))).frameRate == 12.5)
    #expect(try await failure(.init(frameRate: .init(min: 1000))) == "frameRate")
    #expect(try await failure(.init(frameRate: .init(max: 0))) == "frameRate")
    #expect(try await failure(.init(frameRate: .init(min: 20, max: 10))) == "frameRate")
    #expect(try await failure(.init(frameRate: .init(exact: .nan))) == "frameRate")
    let track = devices.stream(audio: false).getTracks()[0]
    try await track.applyConstraints(.init(frameRate: .init(ideal: .nan)))
    #expect(track.getSettings().frameRate == 30)
  }

  @Test func `advanced sets are fulfilled as a whole and in order, or skipped`() async throws {
    let track = devices.stream(audio: false).getTracks()[0]
    try await track.applyConstraints(
      .init(
        frameRate: .init(max: 20),
        advanced: [
          .init(width: 5000),  // cannot be fulfilled
          .init(width: .init(max: 320), frameRate: 25),  // the rate cannot be fulfilled: skipped as a whole
          .init(height: 90, frameRate: .init(max: 15)),
          .init(height: 45),  // contradicts the one before
        ]))
    #expect(track.getSettings().width == 160)
    #expect(track.getSettings().height == 90)
    #expect(track.getSettings().frameRate == 15)
    // The previous constraints do not apply any more.
    try await track.applyConstraints()
    #expect(track.getSettings().width == 640)
    #expect(track.getSettings().frameRate == 30)
  }

  @Test func `clones have their own constraints; the source has the highest rate, and each track its own`()
    async throws
  {
    let track = devices.stream(audio: false).getTracks()[0]
    try await track.applyConstraints(.init(width: 320, frameRate: 10))
    let clone = track.clone()
    #expect(clone.getConstraints() == track.getConstraints())
    #expect(clone.getSettings().width == 320 && clone.getSettings().frameRate == 10)
    try await clone.applyConstraints(.init(frameRate: 60))
    #expect(track.source.settings.frameRate == 60)
    #expect(track.getSettings().frameRate == 10)
    #expect(clone.getSettings().frameRate == 60 && clone.getSettings().width == 640)
    clone.stop()
    #expect(track.source.settings.frameRate == 10)
    #expect(track.getSettings().frameRate == 10)
  }

  @Test func `applyConstraints on an ended track has no effect, also with an impossible constraint`() async throws {
    let track = devices.stream(audio: false).getTracks()[0]
    track.stop()
    try await track.applyConstraints(.init(width: .init(exact: 5000)))
    #expect(track.getConstraints() == MediaTrackConstraints())
  }

  @Test func `an audio track rejects exact with another sample rate, and ignores video constraints`()
    async throws
  {
    let track = devices.stream(video: false).getTracks()[0]
    try await track.applyConstraints(.init(width: .init(exact: 7), frameRate: .init(exact: 7)))
    var constraints = MediaTrackConstraints()
    constraints.sampleRate = .init(exact: 44_100)
    let impossible = constraints
    await #expect(throws: OverconstrainedError.self) { try await track.applyConstraints(impossible) }
    constraints.sampleRate = 44_100
    constraints.channelCount = .init(exact: 2)
    try await track.applyConstraints(constraints)
    #expect(track.getSettings().sampleRate == 48_000)
  }
}
