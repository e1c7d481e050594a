import CPulse
import Media

/// A connection to a sound server, and its inventory. Used by one thread only.
final class PulseConnection {
  enum State { case connecting, ready, failed }

  /// Further outputs, devices, clients and playbacks of a server are ignored.
  private static let maximumCount = 4096
  /// Longer names are truncated. Bytes.
  private static let longestText = 1024

  let context: OpaquePointer?
  private(set) var state = State.connecting
  /// Nil until the server has sent all of it.
  private(set) var inventory: SoundInventory?
  /// Called when `inventory` has changed.
  var inventoryChanged: () -> Void = {}

  /// Must outlive the context.
  private let loop: PulseLoop
  private let listsPlaybacks: Bool
  private var draft: SoundInventory?
  private var clients: [UInt32: SoundInventory.Player] = [:]
  /// The server's inventory changed while it was being listed.
  private var isStale = false
  /// Whether an output's volume and mute apply to its monitor.
  private var monitorsHaveVolume = true

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
      release(oriel_subscribe(context, listsPlaybacks ? 1 : 0))
      refresh()
    case PA_CONTEXT_FAILED, PA_CONTEXT_TERMINATED: state = .failed
    default: break
    }
  }

  /// Lists the server's inventory again.
  private func refresh() {
    guard draft == nil else {
      isStale = true
      return
    }
    guard let context, state == .ready else { return }
    draft = SoundInventory()
    release(
      pa_context_get_server_info(
        context, { _, info, me in PulseConnection.from(me)?.received(info?.pointee) }, pointer))
  }

  private func received(_ info: pa_server_info?) {
    draft?.defaultSink = text(info?.default_sink_name)
    draft?.defaultSource = text(info?.default_source_name)
    // PipeWire's monitors carry the sound before the output's volume.
    monitorsHaveVolume = !text(info?.server_name).contains("PipeWire")
    guard let context else { return }
    release(
      pa_context_get_sink_info_list(
        context, { _, info, _, me in if let info { PulseConnection.from(me)?.received(info) } }, pointer))
    release(
      pa_context_get_source_info_list(
        context,
        { _, info, end, me in
          guard let connection = PulseConnection.from(me) else { return }
          if end == 0, let info { connection.received(info.pointee) } else { connection.receivedAllSources() }
        }, pointer))
  }

  private func received(_ info: UnsafePointer<pa_sink_info>) {
    guard let count = draft?.sinks.count, count < Self.maximumCount else { return }
    let flags = info.pointee.flags.rawValue
    var sink = SoundInventory.Sink(
      index: info.pointee.index, name: text(info.pointee.name), description: text(info.pointee.description))
    let hasMute = monitorsHaveVolume && flags & PA_SINK_HW_MUTE_CTRL.rawValue == 0
    let hasVolume = monitorsHaveVolume && flags & PA_SINK_HW_VOLUME_CTRL.rawValue == 0
    let mute = mute(info.pointee.mute, info.pointee.volume)
    if mute == .muted ? hasMute : hasVolume { sink.mute = mute }
    // In whole decibels, so that smaller changes of the volume do not change the inventory.
    if hasVolume, mute == nil { sink.attenuation = max(0, -oriel_decibels(info.pointee.volume)).rounded() }
    draft?.sinks.append(sink)
  }

  private func mute(_ isMuted: Int32, _ volume: pa_cvolume) -> SoundInventory.Mute? {
    isMuted != 0 ? .muted : oriel_is_zero(volume) != 0 ? .zeroVolume : nil
  }

  private func received(_ info: pa_source_info) {
    guard let count = draft?.devices.count, count < Self.maximumCount else { return }
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

  private func receivedAllSources() {
    guard listsPlaybacks, let context else { return finish() }
    clients = [:]
    release(
      pa_context_get_client_info_list(
        context,
        { _, info, end, me in
          guard let connection = PulseConnection.from(me) else { return }
          if end == 0, let info { connection.received(info.pointee) } else { connection.receivedAllClients() }
        }, pointer))
  }

  private func received(_ info: pa_client_info) {
    guard clients.count < Self.maximumCount else { return }
    let player = player(info.proplist)
    if let context, info.index == pa_context_get_index(context) { draft?.ownMachine = player.machine }
    clients[info.index] = player
  }

  private func receivedAllClients() {
    guard let context else { return finish() }
    release(
      pa_context_get_sink_input_info_list(
        context,
        { _, info, end, me in
          guard let connection = PulseConnection.from(me) else { return }
          if end == 0, let info { connection.received(info) } else { connection.finish() }
        }, pointer))
  }

  private func received(_ info: UnsafePointer<pa_sink_input_info>) {
    guard let count = draft?.playbacks.count, count < Self.maximumCount else { return }
    let (info, client) = (info.pointee, clients[info.pointee.client])
    var player = player(info.proplist)
    player.isProgram = info.client != UInt32.max
    // PipeWire's native programs set these properties on the client, not on the playback.
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
    // For PulseAudio's clients, pipewire.sec.pid is the PID of pipewire-pulse.
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

  private func release(_ operation: OpaquePointer?) { if let operation { pa_operation_unref(operation) } }
}
