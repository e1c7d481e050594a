import Oriel

/// Which sound is captured, and how.
struct SoundPlan: Sendable, Equatable {
  /// Nil for no sound.
  let selection: AudioSelection?
  /// Bits per second; nil for the default.
  let bitrate: Int?
  /// Whether system sound and microphone get separate tracks in a file.
  let isSeparate: Bool

  /// Captures a display, and the sound in one track; two sources are mixed.
  /// - Throws: `DisplayMediaError`.
  func open(_ options: DisplayMediaStreamOptions) async throws(DisplayMediaError) -> MediaStream {
    var options = options
    options.sound = selection
    return try await MediaDevices.getDisplayMedia(options)
  }

  /// The same for a file, with separate tracks if `isSeparate`.
  /// - Throws: `DisplayMediaError`.
  func openForFile(_ options: DisplayMediaStreamOptions) async throws(DisplayMediaError) -> MediaStream {
    guard isSeparate else { return try await open(options) }
    let stream = try await MediaDevices.getDisplayMedia(options)
    do throws(DisplayMediaError) {
      for track in try await separateTracks() { stream.addTrack(track) }
    } catch {
      for track in stream.getTracks() { track.stop() }
      throw error
    }
    return stream
  }

  /// After a second, prints that the sound server does not answer; cancel the task when it does.
  func waitingNotice(_ reporter: Reporter) -> Task<Void, any Error> {
    Task {
      try await Task.sleep(for: .seconds(1))
      if selection != nil {
        reporter.say("Waiting for the sound server, which does not answer, for at most five seconds")
      }
    }
  }

  /// The track of the system sound, and the track of the microphone.
  /// - Throws: `DisplayMediaError`.
  func separateTracks() async throws(DisplayMediaError) -> [MediaStreamTrack] {
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

  /// A description of the sound and its sources; nil without sound.
  /// - Parameter tracks: the audio tracks, labelled with their sources.
  func description(_ tracks: [MediaStreamTrack]) -> String? {
    guard let selection else { return nil }
    let sources = tracks.map { printable($0.label) }.filter { !$0.isEmpty }.joined(separator: ", ")
    let what =
      switch selection {
      case .system: "the system sound"
      case .microphone: "the microphone"
      case .both: "the system sound and the microphone"
      case .window, .application: "the sound of the window's program"
      case .source: "a sound source"
      }
    return sources.isEmpty ? what : "\(what) (\(sources))"
  }
}
