public import Media

/// Opens streams of displays and microphones. Source: W3C Screen Capture, `MediaDevices`.
public enum MediaDevices {
  /// Begins capturing a display, and sound if it is requested.
  /// - Returns: a stream of one video track, whose label names the surface, and at most one audio track.
  /// - Throws: `DisplayMediaError`: a `TypeError` for no video, or for `min`, `exact` or `advanced`; an `OverconstrainedError`
  ///   for a `max` below what the source has; else what is wrong with the display, the surface or the named sound source.
  public static func getDisplayMedia(
    _ options: DisplayMediaStreamOptions = DisplayMediaStreamOptions()
  ) async throws(DisplayMediaError) -> MediaStream {
    guard let constraints = options.video.constraints else {
      throw .invalid("a display cannot be captured without video; leave video out, or give its constraints")
    }
    for requested in [constraints, options.audio.constraints ?? .init()] {
      guard requested.advanced.isEmpty else { throw .notAllowed("advanced") }
      if let member = requested.basic.firstMinOrExact { throw .notAllowed("min or exact for \(member)") }
    }
    let capturer = try await DisplayCapturer.open(options)
    let track = MediaStreamTrack(source: capturer, label: capturer.label)
    do throws(DisplayMediaError) {
      try apply(constraints, to: track)
      guard let sound = try await sound(options, capturer) else { return MediaStream([track]) }
      return MediaStream([track, sound])
    } catch {
      track.stop()
      throw error
    }
  }

  /// Begins capturing a microphone: the default one, or the one that `deviceId` names. Unlike in a browser there is no
  /// permission prompt: programs have to ask their users.
  /// - Returns: a stream of one audio track, whose label names the microphone. As with `getDisplayMedia`, its timestamps are
  ///   on the machine's clock.
  /// - Throws: `DisplayMediaError`: a `TypeError` for no audio; a `NotFoundError` where there is no microphone; an
  ///   `OverconstrainedError` for constraints that none fulfils; a `NotReadableError` where there is no sound server.
  ///   Source: W3C Media Capture and Streams §10.2, `getUserMedia`.
  public static func getUserMedia(
    _ options: UserMediaStreamOptions = UserMediaStreamOptions()
  ) async throws(DisplayMediaError) -> MediaStream {
    guard let constraints = options.audio.constraints else {
      throw .invalid("getUserMedia needs audio, as there are no cameras; leave audio out, or give its constraints")
    }
    let microphones = try await SoundSources.list(server: options.soundServer).filter { $0.kind == .microphone }
    let wanted = constraints.basic.deviceId?.resolved(bareIsExact: false)
    let allowed = microphones.filter { wanted?.allows($0.name) ?? true }
    guard !microphones.isEmpty else { throw .noSuchSound(.microphone, []) }
    guard let standard = allowed.first(where: \.isDefault) ?? allowed.first else {
      throw .overconstrained(
        OverconstrainedError(
          constraint: "deviceId",
          message: "there is no such microphone; there are: "
            + microphones.prefix(20).map { printable($0.name) }.joined(separator: ", ")))
    }
    let chosen = allowed.first { wanted?.ideal.contains($0.name) ?? false } ?? standard
    // A named microphone stays recorded when another becomes the default.
    let isNamed = wanted.map { !$0.exact.isEmpty || $0.ideal.contains(chosen.name) } ?? false
    let track = try await open(
      chosen.isDefault && !isNamed ? .microphone : .source(chosen.name), constraints, server: options.soundServer)
    return MediaStream([track])
  }

  // MARK: - Sound

  private static func sound(
    _ options: DisplayMediaStreamOptions, _ capturer: DisplayCapturer
  ) async throws(DisplayMediaError) -> MediaStreamTrack? {
    guard let sound = options.sound else {
      guard let constraints = options.audio.constraints else { return nil }
      // Only a hint: without a server there is no sound, and no error.
      do throws(DisplayMediaError) {
        return try await open(.system, constraints, server: options.soundServer)
      } catch {
        guard error.name == .overconstrained else { return nil }
        throw error
      }
    }
    let selection = sound == .window ? try application(options) : sound
    return try await open(selection, options.audio.constraints ?? .init(), server: options.soundServer)
  }

  /// The process of the captured window.
  private static func application(_ options: DisplayMediaStreamOptions) throws(DisplayMediaError) -> AudioSelection {
    guard case .window(let wanted) = options.surface else {
      throw .invalid("the sound of a window is requested, but no window is captured; name one, or request other sound")
    }
    return .application(process: try WindowProcess.find(wanted, display: options.display))
  }

  private static func open(
    _ selection: AudioSelection, _ constraints: MediaTrackConstraints, server: String?
  ) async throws(DisplayMediaError) -> MediaStreamTrack {
    let channels = constraints.basic.channelCount?.resolved(bareIsExact: false)
    let wanted = [channels?.exact, channels?.ideal, channels?.max, channels?.min].compactMap { $0 }.first
    let capturer = try await SoundCapturer.open(
      selection, channelCount: wanted.map { min(max($0, 1), 2) }, server: server)
    let track = MediaStreamTrack(source: capturer, label: capturer.label)
    do throws(DisplayMediaError) {
      try apply(constraints, to: track)
    } catch {
      track.stop()
      throw error
    }
    return track
  }

  private static func apply(
    _ constraints: MediaTrackConstraints, to track: MediaStreamTrack
  ) throws(DisplayMediaError) {
    guard constraints != MediaTrackConstraints() else { return }
    do throws(OverconstrainedError) { try track.apply(constraints) } catch { throw .overconstrained(error) }
  }
}
