public import Encoding
public import Media
internal import RTP
internal import RoomProtocol
public import Rooms
public import WebRTC

#if canImport(Glibc)
  internal import Glibc
#endif

/// The sharing peer of a room: one stream, of pictures and perhaps sound, a connection for each viewer, one encode for all.
///
/// The `RoomClient` says with whom to connect and who offers; this connects, and passes what the connections have to say.
@RTCActor public final class ScreenShare {
  /// Signals that may wait for a slow room server; what is beyond is lost, as if it were the network.
  private static let waitingSignals = 10_000
  /// How long a viewer waits for fresh ICE servers.
  private static let serverPatience = Duration.seconds(3)
  private static let noAddress =
    "This machine has had no network address for ten seconds, so that no viewer can reach it: connect it to a network, "
    + "and viewers get the picture by themselves."

  /// What viewers are told also while there is no connection with them: why no picture comes. Pages have their own words for these.
  private static let early: Set = ["encoder", "noAddress"]

  /// What the share began with. It is the program's, and stays as it is: whoever records it too goes on doing so.
  nonisolated public let stream: MediaStream
  /// What is sent now: the stream's tracks, or what took their place.
  public private(set) var tracks: [MediaStreamTrack]
  nonisolated public let room: RoomClient
  private(set) var configuration: RTCConfiguration
  /// Those that the room does not hand out.
  private let ownServers: [RTCIceServer]
  private var renewal = ServerRenewal()
  /// Viewers who came while the room's servers were too old, by their ids.
  private var waiting: Set<String> = []
  private var viewers: [String: ScreenShareViewer] = [:]
  private let outgoing: AsyncStream<RoomSignal>.Continuation
  /// Passes on what is outgoing.
  private let sending: Task<Void, Never>

  /// Whether nothing is shown or heard of the desktop.
  public private(set) var isPaused = false
  /// Whether nothing is heard.
  public private(set) var isMuted = false

  /// What pages are told of the screen, by codes.
  private var notices: [String: String] = [:]
  private var clock: Task<Void, Never>?
  private var addressWatch: Task<Void, Never>?
  private var presence: NetworkPresence
  /// The addresses of this machine that peers can reach.
  private let currentAddresses: () -> Set<String>
  private var hasEncoderFailed = false
  /// Why the room did not let this in again, as far as that has been said; nil before this was in the room.
  private var saidRefusals: Set<RoomRefusal>?
  private var warningLimit = WarningLimit()

  nonisolated private let broadcaster = EventBroadcaster<ScreenShareEvent>()

  /// A share of `stream` in the room of `room`, which is not connected yet.
  /// - Parameters:
  ///   - stream: what is shared; it stays the owner's.
  ///   - room: not connected yet.
  ///   - configuration: of each viewer's connection. ICE servers that the room hands out are used besides. Without a certificate
  ///     in it, one is made, and all connections are known by it.
  public init(_ stream: MediaStream, in room: RoomClient, configuration: RTCConfiguration) {
    // Addresses that the program names are there: loopback is not among those that peers can reach.
    let named = Set(configuration.localAddresses)
    currentAddresses = { NetworkAddresses.current.union(named) }
    presence = NetworkPresence(currentAddresses(), now: .now)
    self.stream = stream
    tracks = stream.getTracks()
    self.room = room
    var configuration = configuration
    if configuration.certificates.isEmpty {
      // Where even this fails each connection says so.
      configuration.certificates = (try? ShareIdentity.random().certificate).map { [$0] } ?? []
    }
    self.configuration = configuration
    ownServers = configuration.iceServers
    let (signals, outgoing) = AsyncStream.makeStream(
      of: RoomSignal.self, bufferingPolicy: .bufferingOldest(Self.waitingSignals))
    self.outgoing = outgoing
    // One after the other, since candidates mean nothing before their description.
    sending = Task { for await signal in signals { try? await room.send(signal) } }
  }

  /// This listener's events from now on, ending with the share.
  nonisolated public var events: AsyncStream<ScreenShareEvent> { broadcaster.listen() }

  /// Those that there is a connection with, in the order of their ids.
  public var viewerStatistics: [ScreenShareViewerStatistics] {
    viewers.values.map { $0.statistics() }.sorted { $0.member.id < $1.member.id }
  }

  /// What the one encoder has done for all viewers; nil while nobody watches.
  public var encoderStatistics: VideoEncoderStatistics? { viewers.values.lazy.compactMap(\.encoderStatistics).first }

  /// Connects to the room's server and goes away again: whether there is one is known before anybody is told of a share. A machine
  /// without a network address has nothing to find out yet.
  /// - Throws: `RoomClientError`.
  public func reach() async throws {
    if presence.isPresent { try await room.reach() }
  }

  /// Enters the room and shares there until `stop`, or until the room is lost for good.
  ///
  /// A machine that has no network address yet waits for one: viewers who come keep their place and get the picture when
  /// there is an address, and a room server elsewhere is tried until then. After ten seconds a `warning` of the code
  /// `noAddress` says so.
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

  /// Asks for the room's servers anew. Whoever waits for them goes on with the old ones where no answer comes.
  private func renewServers() {
    Task { [room, weak self] in
      if let answer = try? await room.freshServers() { self?.use(answer["iceServers"], lifetime: answer["ttl"]) }
      self?.begin()
    }
  }

  /// Begins with those who have waited for fresh servers.
  private func begin() {
    let ready = waiting
    waiting = []
    for id in ready { viewers[id]?.setOnline(presence.isPresent) }
  }

  /// Does what a change of this machine's addresses asks for.
  private func checkAddresses() {
    switch presence.update(currentAddresses(), now: .now) {
    case .none: break
    // The connection to the room is left alone: the same address may be back before TCP has noticed.
    case .lost:
      waiting = []
      for viewer in viewers.values { viewer.setOnline(false) }
    case .missing:
      setNotice("noAddress", "The presenter's computer has no network address yet.")
      broadcaster.send(.warning(code: "noAddress", message: Self.noAddress))
    case .moved:
      // First, so that no description is lost with a connection that is dead.
      room.networkChanged(to: presence.addresses)
      for viewer in viewers.values { viewer.restart() }
    case .returned(let wasMissing):
      if wasMissing { setNotice("noAddress", nil) }
      // TCP sends again only after about as long as it has not come through: a new connection is sooner there.
      if wasMissing { room.networkChanged(to: []) }
      room.networkChanged(to: presence.addresses)
      for viewer in viewers.values { viewer.setOnline(true) }
    }
  }

  /// Shares another track in place of one from now on, by `replaceTrack`: viewers go on watching and hearing the rest, and the
  /// link stays. As with `RTCRtpSender.replaceTrack`, the stream is not touched, nor is the old track stopped.
  public func replace(_ old: MediaStreamTrack, with new: MediaStreamTrack) {
    tracks = tracks.map { $0 === old ? new : $0 }
    if isPaused || isMuted { letThrough() }
    for viewer in viewers.values { viewer.replace(old, with: new) }
  }

  /// Disables all tracks, or enables them again: viewers see black, hear silence, and are told so.
  public func setPaused(_ isPaused: Bool) {
    self.isPaused = isPaused
    letThrough()
    setNotice("paused", isPaused ? "The screen is paused." : nil)
  }

  /// Disables the sound, or enables it again: viewers hear silence, and are told so.
  public func setMuted(_ isMuted: Bool) {
    self.isMuted = isMuted
    letThrough()
    setNotice("muted", isMuted && tracks.contains { $0.kind == .audio } ? "The presenter has muted the sound." : nil)
  }

  private func letThrough() {
    for track in tracks { track.enabled = !isPaused && (track.kind == .video || !isMuted) }
  }

  /// Tells everyone's page something about the screen, now and when they come: in place of what was said under `code`; nil takes
  /// it back. A page has words of its own for
  /// the codes `paused`, `encoder`, `noAddress` and `relay`.
  public func setNotice(_ code: String, _ text: String?) {
    notices[code] = text
    for viewer in viewers.values { viewer.tell(code, text ?? "") }
  }

  /// Leaves the room and closes all connections.
  public func stop() async {
    clock?.cancel()
    addressWatch?.cancel()
    for viewer in viewers.values { viewer.close() }
    viewers = [:]
    outgoing.finish()
    // What viewers are told last is to reach them.
    await sending.value
    await room.leave()
    broadcaster.finish()
  }

  // MARK: - What the room says

  private func handle(_ event: RoomClientEvent) {
    switch event {
    case .entered(let id, let info):
      use(info?["iceServers"], lifetime: info?["ttl"])
      saidRefusals = []
      broadcaster.send(.entered(id: id))
    case .connect(let member, let makesOffer): connect(member, makesOffer: makesOffer)
    case .signal(let signal, let peer): viewers[peer]?.receive(signal)
    case .disconnect(let peer):
      guard let viewer = viewers.removeValue(forKey: peer) else { return }
      viewer.close()
      broadcaster.send(.viewerLeft(viewer.member))
    case .received(.full(_, _, let reason)): tellRefusal(reason ?? .full)
    case .received: break
    case .lost: broadcaster.send(.serverLost)
    case .ended(let error): broadcaster.send(.ended(error))
    }
  }

  /// Says why the room does not let this in again, where it is asked for that again and again: once for each reason.
  private func tellRefusal(_ reason: RoomRefusal) {
    guard [.publisher, .full, .locked].contains(reason), saidRefusals?.insert(reason).inserted == true else { return }
    let why = RoomClientError.refused(reason, room: room.room)
    broadcaster.send(
      .warning(code: "refused", message: "\(why); this share goes on trying, and who watches goes on watching"))
  }

  private func connect(_ member: RoomMember, makesOffer: Bool) {
    viewers.removeValue(forKey: member.id)?.close()
    broadcaster.send(.viewerJoined(member))
    checkAddresses()
    let isOld = renewal.isOld(now: .sinceBoot)
    do throws(RTCError) {
      viewers[member.id] = try ScreenShareViewer(
        member, tracks: tracks, of: stream, configuration: configuration, makesOffer: makesOffer,
        isOnline: presence.isPresent && !isOld
      ) { [weak self] report in self?.take(report, of: member) }
      for (code, text) in notices where Self.early.contains(code) { viewers[member.id]?.tell(code, text) }
      if isOld {
        waiting.insert(member.id)
        if renewal.isDue(now: .sinceBoot) { renewServers() }
        beginLater(member.id)
      }
    } catch {
      broadcaster.send(.viewerFailed(member, error.message))
    }
  }

  /// A room that does not answer keeps nobody waiting for long.
  private func beginLater(_ id: String) {
    Task { [weak self] in
      try? await Task.sleep(for: Self.serverPatience)
      guard let self, waiting.remove(id) != nil else { return }
      viewers[id]?.setOnline(presence.isPresent)
    }
  }

  private func take(_ report: ScreenShareViewer.Report, of member: RoomMember) {
    switch report {
    case .signal(let signal): outgoing.yield(signal)
    case .connected:
      for (code, text) in notices { viewers[member.id]?.tell(code, text) }
      broadcaster.send(.viewerConnected(member))
    case .fellBehind:
      viewers[member.id]?.tell("slow", "Your connection is too slow for this screen. The picture comes when it can.")
      broadcaster.send(.viewerFellBehind(member))
    case .caughtUp:
      viewers[member.id]?.tell("slow", "")
      broadcaster.send(.viewerCaughtUp(member))
    case .silent: broadcaster.send(.viewerSilent(member))
    case .warning(let code, let message):
      // Each viewer's connection comes upon what is wrong with a server anew.
      let isOfServer = code == ScreenShareViewer.iceServerWarning
      if isOfServer, !isOnline() { return }
      guard warningLimit.admits(code: code, viewer: isOfServer ? nil : member.id, message, now: .now) else { return }
      broadcaster.send(.warning(code: code, message: message))
    case .failed(let why):
      guard isOnline() else { return }
      viewers[member.id]?.tell("unreachable", why)
      viewers.removeValue(forKey: member.id)?.close()
      broadcaster.send(.viewerFailed(member, why))
      room.connectionEnded(peer: member.id)
    }
  }

  /// Whether there is an address at this moment. Without one every connection fails, and the cause is known: viewers stay.
  private func isOnline() -> Bool {
    checkAddresses()
    return presence.isPresent
  }

  /// Takes the ICE servers that the room hands out to its members, for the viewers that come from now on, and for the ICE
  /// restarts of those that are there.
  /// - Parameter lifetime: how long the servers' credentials hold, in seconds.
  private func use(_ value: JSONValue?, lifetime: JSONValue?) {
    guard let servers = value?.array else { return }
    configuration.iceServers = ownServers + servers.prefix(8).compactMap { RTCIceServer($0) }
    for viewer in viewers.values { viewer.use(configuration.iceServers) }
    renewal.received(lifetime: lifetime?.number, now: .sinceBoot)
  }
}

extension MediaTime {
  /// By a clock that goes on while the machine sleeps, as credentials grow old.
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
