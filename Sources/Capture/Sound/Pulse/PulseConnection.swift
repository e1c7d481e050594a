import CPulse
import Media

/// A connection to a sound server, and what is known of the server through it. Used by one thread only.
final class PulseConnection {
  enum State { case connecting, ready, failed }

  /// A server with more than so many of anything is not believed.
  private static let most = 4096
  /// Longer names are cut here.
  private static let longestText = 1024

  let context: OpaquePointer?
  private(set) var state = State.connecting
  /// Nil until the server has told all of it.
  private(set) var inventory: SoundInventory?
  /// Called when `inventory` has changed.
  var inventoryChanged: () -> Void = {}

  /// Must not go before the context does.
  private let loop: PulseLoop
  private let listsPlaybacks: Bool
  private var draft: SoundInventory?
  private var clients: [UInt32: SoundInventory.Player] = [:]
  /// The server changed while it was being asked.
  private var isStale = false
  private var monitorsHearVolume = true

  /// Begins to connect; never starts a server.
  init(_ loop: PulseLoop, server: String?, listsPlaybacks: Bool) {
    self.loop = loop
    self.listsPlaybacks = listsPlaybacks
    context = pa_context_new(loop.api, "Oriel")
    guard let context else {
      state = .failed
      return
    }
    pa_context_set_state_callback(context, { _, me in PulseConnection.from(me)?.stateChanged() }, pointer)
    pa_context_set_subscribe_callback(context, { _, _, _, me in PulseConnection.from(me)?.refresh() }, pointer)
    if oriel_connect(context, server) < 0 { state = .failed }
  }

  deinit {
    guard let context else { return }
    pa_context_set_state_callback(context, nil, nil)
    pa_context_set_subscribe_callback(context, nil, nil)
    pa_context_disconnect(context)
    pa_context_unref(context)
  }

  private var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  private static func from(_ pointer: UnsafeMutableRawPointer?) -> PulseConnection? {
    pointer.map { Unmanaged<PulseConnection>.fromOpaque($0).takeUnretainedValue() }
  }

  private func stateChanged() {
    guard let context else { return }
    switch pa_context_get_state(context) {
    case PA_CONTEXT_READY:
      state = .ready
      forget(oriel_subscribe(context, listsPlaybacks ? 1 : 0))
      refresh()
    case PA_CONTEXT_FAILED, PA_CONTEXT_TERMINATED: state = .failed
    default: break
    }
  }

  /// Asks for everything anew.
  private func refresh() {
    guard draft == nil else {
      isStale = true
      return
    }
    guard let context, state == .ready else { return }
    draft = SoundInventory()
    forget(
      pa_context_get_server_info(
        context, { _, info, me in PulseConnection.from(me)?.took(info?.pointee) }, pointer))
  }

  private func took(_ info: pa_server_info?) {
    draft?.defaultSink = text(info?.default_sink_name)
    draft?.defaultSource = text(info?.default_source_name)
    // PipeWire's monitors hear what is played, whatever the output's volume.
    monitorsHearVolume = !text(info?.server_name).contains("PipeWire")
    guard let context else { return }
    forget(
      pa_context_get_sink_info_list(
        context, { _, info, _, me in if let info { PulseConnection.from(me)?.took(info) } }, pointer))
    forget(
      pa_context_get_source_info_list(
        context,
        { _, info, end, me in
          guard let connection = PulseConnection.from(me) else { return }
          if end == 0, let info { connection.took(info.pointee) } else { connection.tookSources() }
        }, pointer))
  }

  private func took(_ info: UnsafePointer<pa_sink_info>) {
    guard let count = draft?.sinks.count, count < Self.most else { return }
    let flags = info.pointee.flags.rawValue
    var sink = SoundInventory.Sink(
      index: info.pointee.index, name: text(info.pointee.name), description: text(info.pointee.description))
    let hearsMute = monitorsHearVolume && flags & PA_SINK_HW_MUTE_CTRL.rawValue == 0
    let hearsVolume = monitorsHearVolume && flags & PA_SINK_HW_VOLUME_CTRL.rawValue == 0
    let mute = mute(info.pointee.mute, info.pointee.volume)
    if mute == .muted ? hearsMute : hearsVolume { sink.mute = mute }
    // In whole decibels, as more is not told.
    if hearsVolume, mute == nil { sink.lowering = max(0, -oriel_decibels(info.pointee.volume)).rounded() }
    draft?.sinks.append(sink)
  }

  private func mute(_ isMuted: Int32, _ volume: pa_cvolume) -> SoundInventory.Mute? {
    isMuted != 0 ? .muted : oriel_is_zero(volume) != 0 ? .zeroVolume : nil
  }

  private func took(_ info: pa_source_info) {
    guard let count = draft?.devices.count, count < Self.most else { return }
    let channels = withUnsafeBytes(of: info.channel_map.map) { positions in
      (0..<Int(min(info.sample_spec.channels, UInt8(PA_CHANNELS_MAX)))).map { index in
        SoundChannel(rawValue: positions.load(fromByteOffset: 4 * index, as: Int32.self))
      }
    }
    draft?.devices.append(
      SoundInventory.Device(
        index: info.index, name: text(info.name), description: text(info.description),
        sink: info.monitor_of_sink == UInt32.max ? nil : info.monitor_of_sink,
        channels: channels.isEmpty ? [.frontLeft, .frontRight] : channels, mute: mute(info.mute, info.volume)))
  }

  private func tookSources() {
    guard listsPlaybacks, let context else { return finish() }
    clients = [:]
    forget(
      pa_context_get_client_info_list(
        context,
        { _, info, end, me in
          guard let connection = PulseConnection.from(me) else { return }
          if end == 0, let info { connection.took(info.pointee) } else { connection.tookClients() }
        }, pointer))
  }

  private func took(_ info: pa_client_info) {
    guard clients.count < Self.most else { return }
    let player = player(info.proplist)
    if let context, info.index == pa_context_get_index(context) { draft?.ownMachine = player.machine }
    clients[info.index] = player
  }

  private func tookClients() {
    guard let context else { return finish() }
    forget(
      pa_context_get_sink_input_info_list(
        context,
        { _, info, end, me in
          guard let connection = PulseConnection.from(me) else { return }
          if end == 0, let info { connection.took(info) } else { connection.finish() }
        }, pointer))
  }

  private func took(_ info: UnsafePointer<pa_sink_input_info>) {
    guard let count = draft?.playbacks.count, count < Self.most else { return }
    let (info, client) = (info.pointee, clients[info.pointee.client])
    var player = player(info.proplist)
    player.isProgram = info.client != UInt32.max
    // Native programs of PipeWire say it of themselves, and not of what they play.
    player.process = player.process ?? client?.process
    player.program = player.program ?? client?.program
    player.machine = player.machine ?? client?.machine
    player.verifiedProcess = client?.verifiedProcess
    draft?.playbacks.append(
      SoundInventory.Playback(
        index: info.index, sink: info.sink, player: player, mute: mute(info.mute, info.volume),
        isCorked: info.corked != 0))
  }

  private func player(_ properties: OpaquePointer?) -> SoundInventory.Player {
    func value(_ name: String) -> String? {
      guard let properties, let value = pa_proplist_gets(properties, name) else { return nil }
      return text(value)
    }
    // Of PulseAudio's clients PipeWire knows its own go-between.
    let isDirect = value("client.api") != "pipewire-pulse"
    return SoundInventory.Player(
      isProgram: true, process: value(PA_PROP_APPLICATION_PROCESS_ID).flatMap { Int($0) },
      program: value(PA_PROP_APPLICATION_PROCESS_BINARY), machine: value(PA_PROP_APPLICATION_PROCESS_MACHINE_ID),
      verifiedProcess: isDirect ? value("pipewire.sec.pid").flatMap { Int($0) } : nil)
  }

  private func finish() {
    let found = draft
    draft = nil
    if isStale {
      isStale = false
      refresh()
    }
    guard let found, found != inventory else { return }
    inventory = found
    inventoryChanged()
  }

  private func text(_ pointer: UnsafePointer<CChar>?) -> String {
    guard let pointer else { return "" }
    let text = String(cString: pointer)
    return text.utf8.count > Self.longestText ? String(text.prefix(Self.longestText / 4)) : text
  }

  private func forget(_ operation: OpaquePointer?) { if let operation { pa_operation_unref(operation) } }
}
