import Oriel

/// Which sound is taken, and how.
struct SoundPlan: Sendable, Equatable {
  /// Nil for none.
  let selection: AudioSelection?
  /// Bits a second; nil for what suits.
  let bitrate: Int?
  /// Whether what the machine plays and the microphone have tracks of their own in a file.
  let isSeparate: Bool

  /// Begins to capture a display, and the sound with it in one track, mixed where it is of two sources.
  /// - Throws: `DisplayMediaError`.
  func open(_ options: DisplayMediaStreamOptions) async throws(DisplayMediaError) -> MediaStream {
    var options = options
    options.sound = selection
    return try await MediaDevices.getDisplayMedia(options)
  }

  /// The same for a file, with the tracks apart where that was asked for.
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

  /// Says so, unless it is cancelled soon, when a sound server that hangs keeps everyone waiting.
  func impatience(_ reporter: Reporter) -> Task<Void, any Error> {
    Task {
      try await Task.sleep(for: .seconds(1))
      if selection != nil {
        reporter.say("Waiting for the sound server, which does not answer; it is given up after five seconds")
      }
    }
  }

  /// What the machine plays, and the microphone.
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

  /// The sound in words, with where it comes from; nil without sound.
  /// - Parameter tracks: of the sound, whose labels name the sources.
  func words(_ tracks: [MediaStreamTrack]) -> String? {
    guard let selection else { return nil }
    let sources = tracks.map { printable($0.label) }.filter { !$0.isEmpty }.joined(separator: ", ")
    let what =
      switch selection {
      case .system: "the sound that plays here"
      case .microphone: "the microphone"
      case .both: "the sound that plays here and the microphone"
      case .window, .application: "the sound of the window's program"
      case .source: "the sound of a source"
      }
    return sources.isEmpty ? what : "\(what) (\(sources))"
  }
}
