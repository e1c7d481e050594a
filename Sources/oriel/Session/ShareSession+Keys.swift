import Oriel

/// What the keys do.
extension ShareSession {
  /// What a number that is typed chooses.
  enum Prompt {
    case surface(NumberPrompt<SurfaceMenu.Item>)
    case viewer(NumberPrompt<RoomMember>)

    /// For the end of the live line.
    var hint: String {
      switch self {
      case .surface(let prompt): prompt.hint
      case .viewer(let prompt): prompt.hint
      }
    }
  }

  private static let help = """
    p  pause or resume: viewers see black and hear nothing, and a recording leaves the time out
    s  show something else, with the same link
    m  mute or unmute the sound
    r  remove a viewer
    l  lock the room, so that nobody else gets in, or unlock it
    c  clear the chat: it goes from all pages, and who comes later sees none of it
    q  stop
    """

  /// Numbers, and what ends them, are the prompt's while there is one; every other key does what it always does.
  func press(_ key: Character) async {
    if await choose(by: key) { return }
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

  /// - Returns: whether the key was the prompt's.
  private func choose(by key: Character) async -> Bool {
    switch prompt {
    case .surface(var list):
      let outcome = list.take(key)
      prompt = list.isOver ? nil : .surface(list)
      if case .chosen(let item) = outcome { open(item) }
      return outcome.isForPrompt
    case .viewer(var list):
      let outcome = list.take(key)
      prompt = list.isOver ? nil : .viewer(list)
      if case .chosen(let member) = outcome { remove(member) }
      return outcome.isForPrompt
    case nil: return false
    }
  }

  /// Viewers see black while paused, and the file leaves the time out.
  func togglePause() async {
    isPaused.toggle()
    if isPaused { try? recorder?.pause() } else { try? recorder?.resume() }
    await share.setPaused(isPaused)
    reporter.emit(Event.Plain(event: isPaused ? "paused" : "resumed"))
    reporter.say(isPaused ? "Paused: viewers see black; p goes on" : "Viewers see the screen again")
  }

  /// Muted is silence, for viewers and in the file.
  private func toggleMuted() async {
    guard sound != nil else {
      reporter.say("There is no sound to mute; --audio asks for it")
      return
    }
    isMuted.toggle()
    await share.setMuted(isMuted)
    // Those that viewers hear are the share's to see to: paused, they stay silent.
    for track in recordedSound where track.id != sound?.id { track.enabled = !isMuted }
    reporter.emit(Event.Muting(isMuted: isMuted, kind: .audio))
    reporter.say(isMuted ? "Muted: viewers hear nothing; m goes on" : "Viewers hear the sound again")
  }

  // MARK: - Another surface

  /// Asks the X server what there is, which may take its time.
  private func listSurfaces() {
    Task { [surfaces, continuation] in
      do throws(DisplayMediaError) {
        continuation.yield(.surfaces(try surfaces.items()))
      } catch {
        continuation.yield(.problem(code: "surface", error.message))
      }
    }
  }

  func askForSurface(_ items: [SurfaceMenu.Item]) {
    guard !items.isEmpty else {
      return reporter.say("There is nothing else to show now; viewers go on seeing what they saw")
    }
    let list = NumberPrompt(choices: items)
    reporter.say(list.text(title: "Show instead:") { "\(printable($0.name))" })
    prompt = .surface(list)
  }

  private func open(_ item: SurfaceMenu.Item) {
    Task { [surfaces, continuation] in
      do throws(DisplayMediaError) {
        continuation.yield(.surface(try await surfaces.open(item)))
      } catch {
        continuation.yield(.problem(code: "surface", "\(error.message); viewers go on seeing what they saw"))
      }
    }
  }

  /// Shows another stream's picture from now on: to the viewers, who stay connected, and in the file.
  func show(_ stream: MediaStream) async {
    guard let new = stream.getVideoTracks().first, let old = track else { return }
    new.enabled = old.enabled
    track = new
    follow(new)
    await share.replace(old, with: new)
    // Before the old track ends, and the recording with it.
    try? recorder?.replaceTrack(new)
    old.stop()
    if let heard = stream.getAudioTracks().first, let old = sound {
      heard.enabled = old.enabled
      follow(sound: heard)
      await share.replace(old, with: heard)
      try? recorder?.replaceTrack(heard)
      old.stop()
    }
    let seen = SeenByViewers(await share.tracks, surfaces.options, surfaces.sound)
    reporter.emit(seen.event)
    reporter.say(seen.sentence)
  }

  // MARK: - Viewers

  private func askForViewer() async {
    let members = await share.viewerStatistics.map(\.member)
    guard !members.isEmpty else { return reporter.say("Nobody watches") }
    let list = NumberPrompt(choices: members)
    reporter.say(list.text(title: "Remove:") { called($0) })
    prompt = .viewer(list)
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

  func tellChatCleared() {
    reporter.emit(Event.Plain(event: "chatCleared"))
    reporter.say("The chat is cleared: who comes later sees none of it")
  }

  func tellLocked(_ isLocked: Bool) {
    guard isLocked != self.isLocked else { return }
    self.isLocked = isLocked
    reporter.emit(Event.Plain(event: isLocked ? "locked" : "unlocked"))
    reporter.say(isLocked ? "The room is locked: nobody else gets in; l unlocks it" : "The room is open again")
  }

  /// Asks the room server for something, without waiting for its answer here.
  private func ask(code: String, _ request: @escaping @Sendable (RoomClient) async throws -> Input?) {
    Task { [room = share.room, continuation] in
      do {
        if let input = try await request(room) { continuation.yield(input) }
      } catch {
        continuation.yield(.problem(code: code, "\(error)"))
      }
    }
  }
}
