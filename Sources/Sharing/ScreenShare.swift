public import Encoding
public import Media
internal import RTP
internal import RoomProtocol
public import Rooms
public import WebRTC

#if canImport(Glibc)
  internal import Glibc
#endif

/// The sharing peer of a room: one stream, of pictures and perhaps sound, a connection for each viewer, one encoder for all.
///
/// The `RoomClient` says which members to connect to and which side offers; this makes the connections and sends their signals.
@NetworkThreadActor public final class ScreenShare {
  /// The most signals that wait for a slow room server; any more are dropped, as by a network.
  private static let waitingSignals = 10_000
  /// How long a viewer waits for fresh ICE servers.
  private static let serverTimeout = Duration.seconds(3)
  private static let noAddress =
    "This machine has had no network address for ten seconds, so that no viewer can reach it: connect it to a network, "
    + "and viewers get the picture by themselves."

  /// Codes of notices that viewers get even without a connection: why there is no picture. Pages have their own texts for these.
  private static let earlyNotices: Set = ["encoder", "noAddress"]

  /// The stream that the share began with. The share does not change it, so it can be recorded at the same time.
  nonisolated public let stream: MediaStream
  /// The tracks that are sent: the stream's, or their replacements.
  public private(set) var tracks: [MediaStreamTrack]
  nonisolated public let room: RoomClient
  private(set) var configuration: RTCConfiguration
  private let relayAdvice: String
  /// The configured ICE servers, without the room's.
  private let ownServers: [RTCIceServer]
  private var renewal = ServerRenewal()
  /// Ids of viewers who wait for fresh ICE servers.
  private var waiting: Set<String> = []
  private var viewers: [String: ScreenShareViewer] = [:]
  private let outgoing: AsyncStream<RoomSignal>.Continuation
  /// Sends the signals of `outgoing`.
  private let sending: Task<Void, Never>

  /// Whether all tracks are disabled.
  public private(set) var isPaused = false
  /// Whether the sound is disabled.
  public private(set) var isMuted = false

  /// The texts about the screen that viewers' pages show, by code.
  private var notices: [String: String] = [:]
  private var clock: Task<Void, Never>?
  private var addressWatch: Task<Void, Never>?
  private var presence: NetworkPresence
  /// The addresses of this machine that peers can reach.
  private let currentAddresses: () -> Set<String>
  private var hasEncoderFailed = false
  /// Reasons of refused rejoins that have been reported; nil before the room was entered.
  private var reportedRefusals: Set<RoomRefusal>?
  private var warningLimit = WarningLimit()

  nonisolated private let broadcaster = EventBroadcaster<ScreenShareEvent>()

  /// What to do where only relays may be used and none is configured: a part of a sentence.
  nonisolated public static let relayAdvice = "give a TURN server"

  /// A share of `stream` in the room of `room`.
  /// - Parameters:
  ///   - stream: the stream to share; the caller keeps it and its tracks.
  ///   - room: not connected yet.
  ///   - configuration: of each viewer's connection. The room's ICE servers are added to it, and a certificate for all
  ///     connections if it has none.
  ///   - relayAdvice: for the message of a viewer that only a relay may connect, when there is none: what to do.
  public init(
    _ stream: MediaStream, in room: RoomClient, configuration: RTCConfiguration,
    relayAdvice: String = ScreenShare.relayAdvice
  ) {
    self.relayAdvice = relayAdvice
    // Configured addresses always count as present: `NetworkAddresses` leaves out loopback.
    let named = Set(configuration.localAddresses)
    currentAddresses = { NetworkAddresses.current.union(named) }
    presence = NetworkPresence(currentAddresses(), now: .now)
    self.stream = stream
    tracks = stream.getTracks()
    self.room = room
    var configuration = configuration
    if configuration.certificates.isEmpty {
      // If this fails, each connection reports it.
      configuration.certificates = (try? ShareIdentity.random().certificate).map { [$0] } ?? []
    }
    self.configuration = configuration
    ownServers = configuration.iceServers
    let (signals, outgoing) = AsyncStream.makeStream(
      of: RoomSignal.self, bufferingPolicy: .bufferingOldest(Self.waitingSignals))
    self.outgoing = outgoing
    // One after the other: candidates must not precede their description.
    sending = Task { for await signal in signals { try? await room.send(signal) } }
  }

  /// A new stream of the events from now on, which ends with the share.
  nonisolated public var events: AsyncStream<ScreenShareEvent> { broadcaster.listen() }

  /// Statistics of every viewer, ordered by id.
  public var viewerStatistics: [ScreenShareViewerStatistics] {
    viewers.values.map { $0.statistics() }.sorted { $0.member.id < $1.member.id }
  }

  /// Statistics of the picture's encoder, which all viewers share; nil without viewers.
  public var encoderStatistics: VideoEncoderStatistics? { viewers.values.lazy.compactMap(\.encoderStatistics).first }

  /// Checks, before the share is announced, that the room's server can be reached: connects to it and disconnects. Without a
  /// network address it does nothing.
  /// - Throws: `RoomClientError`.
  public func reach() async throws {
    if presence.isPresent { try await room.checkReachability() }
  }

  /// Enters the room and shares there until `stop`, or until the room is lost for good.
  ///
  /// A machine without a network address waits for one: it keeps trying the room's server, and viewers who join keep their
  /// place and get the picture when there is an address. After ten seconds there is a `warning` with the code `noAddress`.
  /// - Throws: `RoomClientError` when the room cannot be entered.
  public func start() async throws {
    presence = NetworkPresence(currentAddresses(), now: .now)
    Task { [room, weak self] in
      for await event in room.events { self?.handle(event) }
    }
    clock = Task { [weak self] in
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(1))
        self?.second()
      }
    }
    addressWatch = Task { [weak self] in
      while !Task.isCancelled, let interval = self?.presence.interval {
        try? await Task.sleep(for: interval)
        self?.checkAddresses()
      }
    }
    if !presence.isPresent { room.waitForNetwork() }
    try await room.connect()
  }

  private func second() {
    for viewer in viewers.values { viewer.second() }
    if !hasEncoderFailed, let failure = viewers.values.lazy.compactMap(\.encoderFailure).first {
      hasEncoderFailed = true
      setNotice("encoder", "The presenter's computer cannot encode the picture: there is none to be shown.")
      broadcaster.send(.encoderFailed(failure))
    }
    if renewal.isDue(now: .sinceBoot) { renewServers() }
  }

  /// Requests fresh ICE servers from the room. Without an answer, waiting viewers use the old ones.
  private func renewServers() {
    Task { [room, weak self] in
      if let answer = try? await room.freshServers() { self?.use(answer["iceServers"], lifetime: answer["ttl"]) }
      self?.connectWaiting()
    }
  }

  /// Connects the viewers who wait for fresh ICE servers.
  private func connectWaiting() {
    let ready = waiting
    waiting = []
    for id in ready { viewers[id]?.setOnline(presence.isPresent) }
  }

  /// Acts on a change of this machine's addresses.
  private func checkAddresses() {
    switch presence.update(currentAddresses(), now: .now) {
    case .none: break
    // The connection to the room stays: the same address may be back before TCP times out.
    case .lost:
      waiting = []
      for viewer in viewers.values { viewer.setOnline(false) }
    case .missing:
      setNotice("noAddress", "The presenter's computer has no network address yet.")
      broadcaster.send(.warning(code: "noAddress", message: Self.noAddress))
    case .moved:
      // First, so that no description is sent on a dead connection.
      room.networkChanged(to: presence.addresses)
      for viewer in viewers.values { viewer.restart() }
    case .returned(let wasMissing):
      if wasMissing { setNotice("noAddress", nil) }
      // TCP's retransmission timer has backed off to about the length of the outage: a new connection is faster.
      if wasMissing { room.networkChanged(to: []) }
      room.networkChanged(to: presence.addresses)
      for viewer in viewers.values { viewer.setOnline(true) }
    }
  }

  /// Replaces a track for all viewers by `RTCRtpSender.replaceTrack`, without a new connection or link. The stream does not
  /// change, and the old track is not stopped.
  public func replace(_ old: MediaStreamTrack, with new: MediaStreamTrack) {
    tracks = tracks.map { $0 === old ? new : $0 }
    if isPaused || isMuted { updateEnabled() }
    for viewer in viewers.values { viewer.replace(old, with: new) }
  }

  /// Disables all tracks, or enables them again: viewers get black pictures and silence, and a notice.
  public func setPaused(_ isPaused: Bool) {
    self.isPaused = isPaused
    updateEnabled()
    setNotice("paused", isPaused ? "The screen is paused." : nil)
  }

  /// Disables the sound, or enables it again: viewers get silence, and a notice.
  public func setMuted(_ isMuted: Bool) {
    self.isMuted = isMuted
    updateEnabled()
    setNotice("muted", isMuted && tracks.contains { $0.kind == .audio } ? "The presenter has muted the sound." : nil)
  }

  private func updateEnabled() {
    for track in tracks { track.enabled = !isPaused && (track.kind == .video || !isMuted) }
  }

  /// Sends a notice about the screen to all viewers' pages, those that join later included. It replaces the notice of the same
  /// code; nil withdraws it. Pages have their own texts for the codes `paused`, `encoder`, `noAddress` and `relay`.
  public func setNotice(_ code: String, _ text: String?) {
    notices[code] = text
    for viewer in viewers.values { viewer.sendNotice(code, text ?? "") }
  }

  /// Leaves the room and closes all connections.
  public func stop() async {
    clock?.cancel()
    addressWatch?.cancel()
    for viewer in viewers.values { viewer.close() }
    viewers = [:]
    outgoing.finish()
    // The last signals must still be sent.
    await sending.value
    await room.leave()
    broadcaster.finish()
  }

  // MARK: - Events of the room

  private func handle(_ event: RoomClientEvent) {
    switch event {
    case .entered(let id, let info):
      use(info?["iceServers"], lifetime: info?["ttl"])
      reportedRefusals = []
      broadcaster.send(.entered(id: id))
    case .connect(let member, let makesOffer): connect(member, makesOffer: makesOffer)
    case .signal(let signal, let peer): viewers[peer]?.receive(signal)
    case .disconnect(let peer):
      guard let viewer = viewers.removeValue(forKey: peer) else { return }
      viewer.close()
      broadcaster.send(.viewerLeft(viewer.member))
    case .received(.full(_, _, let reason)): reportRefusal(reason ?? .full)
    case .received: break
    case .lost: broadcaster.send(.serverLost)
    case .ended(let error): broadcaster.send(.ended(error))
    }
  }

  /// Warns, once for each reason, that the room refuses the attempts to enter it again.
  private func reportRefusal(_ reason: RoomRefusal) {
    guard [.publisher, .full, .locked].contains(reason), reportedRefusals?.insert(reason).inserted == true else {
      return
    }
    let why = RoomClientError.refused(reason, room: room.room)
    broadcaster.send(
      .warning(code: "refused", message: "\(why); the share keeps trying, and connected viewers keep watching"))
  }

  private func connect(_ member: RoomMember, makesOffer: Bool) {
    viewers.removeValue(forKey: member.id)?.close()
    broadcaster.send(.viewerJoined(member))
    checkAddresses()
    let needsServers = renewal.isStale(now: .sinceBoot)
    do throws(RTCError) {
      viewers[member.id] = try ScreenShareViewer(
        member, tracks: tracks, of: stream, configuration: configuration, makesOffer: makesOffer,
        isOnline: presence.isPresent && !needsServers, relayAdvice: relayAdvice
      ) { [weak self] report in self?.take(report, of: member) }
      for (code, text) in notices where Self.earlyNotices.contains(code) { viewers[member.id]?.sendNotice(code, text) }
      if needsServers {
        waiting.insert(member.id)
        if renewal.isDue(now: .sinceBoot) { renewServers() }
        connectLater(member.id)
      }
    } catch {
      broadcaster.send(.viewerFailed(member, error.message))
    }
  }

  /// Connects a waiting viewer with the old servers if the room does not answer in time.
  private func connectLater(_ id: String) {
    Task { [weak self] in
      try? await Task.sleep(for: Self.serverTimeout)
      guard let self, waiting.remove(id) != nil else { return }
      viewers[id]?.setOnline(presence.isPresent)
    }
  }

  private func take(_ report: ScreenShareViewer.Report, of member: RoomMember) {
    switch report {
    case .signal(let signal): outgoing.yield(signal)
    case .connected:
      for (code, text) in notices { viewers[member.id]?.sendNotice(code, text) }
      broadcaster.send(.viewerConnected(member))
    case .fellBehind:
      viewers[member.id]?.sendNotice(
        "slow", "Your connection is too slow for this screen. The picture comes when it can.")
      broadcaster.send(.viewerFellBehind(member))
    case .caughtUp:
      viewers[member.id]?.sendNotice("slow", "")
      broadcaster.send(.viewerCaughtUp(member))
    case .silent: broadcaster.send(.viewerSilent(member))
    case .warning(let code, let message):
      // Every viewer's connection reports the same server's error.
      let isOfServer = code == ScreenShareViewer.iceServerWarning
      if isOfServer, !isOnline() { return }
      guard warningLimit.admits(code: code, viewer: isOfServer ? nil : member.id, message, now: .now) else { return }
      broadcaster.send(.warning(code: code, message: message))
    case .failed(let why):
      guard isOnline() else { return }
      viewers[member.id]?.sendNotice("unreachable", why)
      viewers.removeValue(forKey: member.id)?.close()
      broadcaster.send(.viewerFailed(member, why))
      room.connectionEnded(peer: member.id)
    }
  }

  /// Whether there is an address at this moment. Without one every connection fails for that reason, and the viewers are kept.
  private func isOnline() -> Bool {
    checkAddresses()
    return presence.isPresent
  }

  /// Uses the room's ICE servers for later viewers, and for the ICE restarts of the present ones.
  /// - Parameter lifetime: how long the servers' credentials are valid, in seconds.
  private func use(_ value: JSONValue?, lifetime: JSONValue?) {
    guard let servers = value?.array else { return }
    configuration.iceServers = ownServers + servers.prefix(8).compactMap { RTCIceServer($0) }
    for viewer in viewers.values { viewer.use(configuration.iceServers) }
    renewal.received(lifetime: lifetime?.number, now: .sinceBoot)
  }
}

extension MediaTime {
  /// A clock that counts the time that the machine sleeps, since credentials expire meanwhile.
  fileprivate static var sinceBoot: MediaTime {
    var reading = timespec()
    clock_gettime(CLOCK_BOOTTIME, &reading)
    return MediaTime(nanoseconds: Int64(reading.tv_sec) * 1_000_000_000 + Int64(reading.tv_nsec))
  }
}

extension RTCIceServer {
  /// Reads `{urls, username, credential}`; nil when there is no URL.
  fileprivate init?(_ value: JSONValue) {
    let urls = value["urls"]?.string.map { [$0] } ?? value["urls"]?.array?.compactMap(\.string) ?? []
    guard !urls.isEmpty else { return nil }
    self.init(urls: urls, username: value["username"]?.string, credential: value["credential"]?.string)
  }
}
