import Oriel

/// What record, snapshot and share capture, and how the picture is encoded: the command line's settings over a preset's.
struct CaptureRequest: Sendable {
  /// The display, the surface on it, and what is excluded and masked; without the sound.
  var surface: DisplayMediaStreamOptions
  var sound: SoundPlan
  var encoding: EncodingSettings

  /// The same of another surface of the display.
  func with(_ selection: DisplaySurfaceSelection) -> CaptureRequest {
    var request = self
    request.surface.surface = selection
    return request
  }

  /// Opens the picture without its sound.
  /// - Throws: `DisplayMediaError`.
  func openPicture() async throws(DisplayMediaError) -> MediaStream { try await MediaDevices.getDisplayMedia(surface) }

  /// Opens the picture, and the sound in one track; two sources are mixed.
  /// - Parameter reporter: prints after a second that the sound server does not answer; nil for no such message.
  /// - Throws: `DisplayMediaError`.
  func open(_ reporter: Reporter? = nil) async throws(DisplayMediaError) -> MediaStream {
    let notice = waitingNotice(reporter)
    defer { notice?.cancel() }
    var options = surface
    options.sound = sound.selection
    return try await MediaDevices.getDisplayMedia(options)
  }

  /// The same for a file: with separate tracks of sound if the request is for those.
  /// - Throws: `DisplayMediaError`.
  func openForFile(_ reporter: Reporter) async throws(DisplayMediaError) -> MediaStream {
    guard sound.isSeparate else { return try await open(reporter) }
    let notice = waitingNotice(reporter)
    defer { notice?.cancel() }
    let stream = try await openPicture()
    do throws(DisplayMediaError) {
      for track in try await Self.openSeparateSound() { stream.addTrack(track) }
    } catch {
      for track in stream.getTracks() { track.stop() }
      throw error
    }
    return stream
  }

  /// Opens the system sound and the microphone, a track each.
  /// - Throws: `DisplayMediaError`.
  static func openSeparateSound() async throws(DisplayMediaError) -> [MediaStreamTrack] {
    var tracks: [MediaStreamTrack] = []
    for selection in [AudioSelection.system, .microphone] {
      do throws(DisplayMediaError) {
        let capturer = try await SoundCapturer.open(selection)
        tracks.append(MediaStreamTrack(source: capturer, label: capturer.label))
      } catch {
        for track in tracks { track.stop() }
        throw error
      }
    }
    return tracks
  }

  private func waitingNotice(_ reporter: Reporter?) -> Task<Void, any Error>? {
    guard let reporter, sound.selection != nil else { return nil }
    return Task {
      try await Task.sleep(for: .seconds(1))
      reporter.say("Waiting for the sound server, which does not answer, for at most five seconds")
    }
  }

  /// The options of a recorder of what was opened.
  func recorderOptions(title: String?) -> MediaRecorderOptions {
    var options = MediaRecorderOptions()
    options.encoding = encoding
    options.audioBitsPerSecond = sound.bitrate
    options.title = title
    return options
  }
}
