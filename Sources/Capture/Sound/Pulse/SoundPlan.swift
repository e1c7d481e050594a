import Media

/// What has to be recorded of what a server has, for what was asked for. Pure.
struct SoundPlan: Equatable {
  /// A part of what was asked for.
  enum Role: Hashable { case system, microphone, named, playback(UInt32) }

  var targets: [Role: PulseStream.Target] = [:]
  /// Parts for which the server has nothing.
  var missing: Set<Role> = []
  /// Whether something plays that may be the application's, and is left out because that is not sure.
  var isUnsure = false

  /// - Parameters:
  ///   - known: the named source, as it was when it was last there: no other is taken for a microphone that has gone, but for an
  ///     output whatever is the default one. Nil, it has never been there.
  ///   - isOurs: whether what plays is the application's that is asked for; nil where that is not sure.
  init(
    _ selection: AudioSelection, _ inventory: SoundInventory, known: SoundInventory.Device?,
    isOurs: (SoundInventory.Playback) -> Bool? = { _ in false }
  ) {
    func add(_ role: Role, _ device: SoundInventory.Device?) {
      guard let device else {
        missing.insert(role)
        return
      }
      targets[role] = PulseStream.Target(device: device.index, name: device.name, channels: device.channels)
    }
    switch selection {
    case .system: add(.system, inventory.systemMonitor)
    case .microphone: add(.microphone, inventory.defaultMicrophone)
    case .both:
      add(.system, inventory.systemMonitor)
      add(.microphone, inventory.defaultMicrophone)
    case .source(let wanted):
      let standIn = known?.sink == nil ? nil : inventory.systemMonitor
      add(.named, inventory.named(wanted, known: known) ?? standIn)
    case .application:
      for playback in inventory.playbacks {
        let isOurs = isOurs(playback)
        if isOurs == nil { isUnsure = true }
        guard isOurs == true, let monitor = inventory.monitor(of: playback.sink) else { continue }
        targets[.playback(playback.index)] = PulseStream.Target(
          device: monitor.index, name: monitor.name, playback: playback.index, channels: monitor.channels)
      }
    case .window: break
    }
  }
}
