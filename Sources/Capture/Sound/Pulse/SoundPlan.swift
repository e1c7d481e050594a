import Media

/// Which of a server's devices and playbacks to record for a selection. Pure.
struct SoundPlan: Equatable {
  /// A part of the selection.
  enum Role: Hashable { case system, microphone, named, playback(UInt32) }

  var targets: [Role: PulseStream.Target] = [:]
  /// Parts without a device on the server.
  var missing: Set<Role> = []
  /// Whether a playback was left out that may be the application's or another's.
  var isUnsure = false

  /// - Parameters:
  ///   - known: the named source as it was last seen; nil before that. Nothing replaces a microphone that is gone; an output is
  ///     replaced by the default one.
  ///   - isIncluded: whether a playback is the selected application's; nil where that is uncertain.
  init(
    _ selection: AudioSelection, _ inventory: SoundInventory, known: SoundInventory.Device?,
    isIncluded: (SoundInventory.Playback) -> Bool? = { _ in false }
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
        let isIncluded = isIncluded(playback)
        if isIncluded == nil { isUnsure = true }
        guard isIncluded == true, let monitor = inventory.monitor(of: playback.sink) else { continue }
        targets[.playback(playback.index)] = PulseStream.Target(
          device: monitor.index, name: monitor.name, playback: playback.index, channels: monitor.channels)
      }
    case .window: break
    }
  }
}
