/// What there is at a sound server, as far as it concerns anyone here.
struct SoundInventory: Equatable {
  /// Something to record from.
  struct Device: Equatable {
    var index: UInt32
    var name: String
    var description: String
    /// The output that it is the monitor of.
    var sink: UInt32?
    var channelCount: Int
  }

  /// What a program plays.
  struct Playback: Equatable {
    var index: UInt32
    /// The output that it goes to.
    var sink: UInt32
    /// By its own word.
    var process: Int?
  }

  /// The names of the default output and input.
  var defaultSink = ""
  var defaultSource = ""
  /// The names of outputs that have a monitor.
  var sinks: [UInt32: String] = [:]
  var devices: [Device] = []
  var playbacks: [Playback] = []

  func device(named name: String) -> Device? { devices.first { $0.name == name } }
  func monitor(of sink: UInt32) -> Device? { devices.first { $0.sink == sink } }

  /// What the machine plays.
  var systemMonitor: Device? {
    devices.first { $0.sink != nil && $0.sink.flatMap { sinks[$0] } == defaultSink } ?? devices.first { $0.sink != nil }
  }

  /// Never a monitor, which the default source may be where there is no microphone.
  var defaultMicrophone: Device? {
    devices.first { $0.sink == nil && $0.name == defaultSource } ?? devices.first { $0.sink == nil }
  }

  var listing: [SoundSource] {
    let defaults = [systemMonitor?.name, defaultMicrophone?.name]
    return devices.map { device in
      SoundSource(
        name: device.name, description: device.description, kind: device.sink == nil ? .microphone : .monitor,
        isDefault: defaults.contains(device.name), channelCount: device.channelCount)
    }
  }
}
