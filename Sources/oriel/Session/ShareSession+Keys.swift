import Oriel

/// The keys of a share.
extension ShareSession {
  /// What a typed number chooses.
  enum Choice {
    case surface(SurfaceMenu.Item)
    case viewer(RoomMember)
  }

  private static let help = """
    p  pause or resume: viewers see black and hear nothing, and the pause is left out of a recording
    s  show something else, with the same link
    m  mute or unmute the sound
    r  remove a viewer
    l  lock or unlock the room: nobody else can join while it is locked
    c  clear the chat on all pages; viewers who join later do not see it
    q  stop
    """

  /// Handles a key. An open prompt takes digits, Enter, Backspace and Escape.
  func press(_ key: Character) async {
    if choose(by: key) { return }
    switch key {
    case "p": await togglePause()
    case "m": await toggleMuted()
    case "s": listSurfaces()
    case "r": await askForViewer()
    case "l": lock(!isLocked)
    case "c": clearChat()
    case "?": reporter.say(Self.help)
    default: break
    }
  }

  /// - Returns: whether the prompt took the key.
  private func choose(by key: Character) -> Bool {
    guard var list = prompt else { return false }
    let outcome = list.take(key)
    prompt = list.isOver ? nil : list
    switch outcome {
    case .chosen(.surface(let item)): open(item)
    case .chosen(.viewer(let member)): remove(member)
    case .taken, .other: break
    }
    return outcome.isForPrompt
  }

  /// Lists `choices`, of which a typed number chooses one.
  private func ask(_ title: String, _ choices: [Choice]) {
    let list = NumberPrompt(choices: choices)
    reporter.say(
      list.text(title: title) { choice in
        switch choice {
        case .surface(let item): printable(item.name)
        case .viewer(let member): displayName(member)
        }
      })
    prompt = list
  }

  /// Pauses or resumes: viewers see black, and the pause is left out of the file.
  func togglePause() async {
    isPaused.toggle()
    if isPaused { try? recorder?.pause() } else { try? recorder?.resume() }
    await share.setPaused(isPaused)
    reporter.emit(Event.Plain(event: isPaused ? "paused" : "resumed"))
    reporter.say(isPaused ? "Paused: viewers see black; p resumes" : "Viewers see the screen again")
  }

  /// Muted sound is silence, for viewers and in the file.
  private func toggleMuted() async {
    guard sound != nil else { return reporter.sayNoSound() }
    isMuted.toggle()
    await share.setMuted(isMuted)
    // The share itself mutes the tracks that viewers hear: they stay silent while it is paused.
    for track in recordedSound where track.id != sound?.id { track.enabled = !isMuted }
    reporter.emit(Event.Muting(isMuted: isMuted, kind: .audio))
    reporter.say(isMuted ? "Muted: viewers hear nothing; m unmutes" : "Viewers hear the sound again")
  }

  // MARK: - Another surface

  /// Lists the surfaces beside the loop, as the X server may be slow.
  private func listSurfaces() {
    perform { [surfaces] in
      do throws(DisplayMediaError) {
        return .surfaces(try surfaces.items())
      } catch {
        return .problem(code: "surface", error.failure.message)
      }
    }
  }

  func askForSurface(_ items: [SurfaceMenu.Item]) {
    guard !items.isEmpty else {
      return reporter.say("There is nothing else to show; viewers still see the previous surface")
    }
    ask("Show instead:", items.map(Choice.surface))
  }

  private func open(_ item: SurfaceMenu.Item) {
    perform { [surfaces] in
      do throws(DisplayMediaError) {
        return .surface(try await surfaces.open(item))
      } catch {
        return .problem(code: "surface", "\(error.failure.message); viewers still see the previous surface")
      }
    }
  }

  /// Replaces the picture (and the sound, if `stream` has any) for the viewers, who stay connected, and in the file.
  func show(_ stream: MediaStream) async {
    guard let new = stream.getVideoTracks().first, let old = track else { return }
    new.enabled = old.enabled
    follow(new)
    await share.replace(old, with: new)
    // Before the old track stops, which would end the recording.
    try? recorder?.replaceTrack(new)
    old.stop()
    if let new = stream.getAudioTracks().first, let old = sound {
      new.enabled = old.enabled
      follow(sound: new)
      await share.replace(old, with: new)
      try? recorder?.replaceTrack(new)
      old.stop()
    }
    let seen = SharedContent(await share.tracks, surfaces.request)
    reporter.emit(seen.event)
    reporter.say(seen.sentence)
  }

  // MARK: - Viewers

  private func askForViewer() async {
    let members = await share.viewerStatistics.map(\.member)
    guard !members.isEmpty else { return reporter.say("There are no viewers") }
    ask("Remove:", members.map(Choice.viewer))
  }

  private func remove(_ member: RoomMember) {
    ask(code: "remove") { room throws in
      try await room.remove(member.id)
      return nil
    }
  }

  func lock(_ isLocked: Bool) {
    ask(code: "lock") { room throws in
      try await room.lock(isLocked)
      return .locked(isLocked)
    }
  }

  private func clearChat() {
    ask(code: "chat") { room throws in
      try await room.clearChat()
      return .chatCleared
    }
  }

  func reportChatCleared() {
    reporter.emit(Event.Plain(event: "chatCleared"))
    reporter.say("The chat is cleared; viewers who join later do not see it")
  }

  func reportLocked(_ isLocked: Bool) {
    guard isLocked != self.isLocked else { return }
    self.isLocked = isLocked
    reporter.emit(Event.Plain(event: isLocked ? "locked" : "unlocked"))
    reporter.say(isLocked ? "The room is locked: nobody else can join; l unlocks it" : "The room is open again")
  }

  /// Sends a request to the room server; the answer arrives as an input.
  private func ask(code: String, _ request: @escaping @Sendable (RoomClient) async throws -> Input?) {
    perform { [room = share.room] in
      do {
        return try await request(room)
      } catch {
        return .problem(code: code, (error as? any CommandFailure)?.failure.message ?? "\(error)")
      }
    }
  }
}
