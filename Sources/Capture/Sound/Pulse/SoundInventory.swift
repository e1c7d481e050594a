import Media

/// A sound server's devices, outputs and playbacks, with the properties that are used here.
struct SoundInventory: Equatable {
  /// A source, in PulseAudio's sense: a microphone, a line, or an output's monitor.
  struct Device: Equatable {
    var index: UInt32
    var name: String
    var description: String
    /// The output that it is the monitor of; nil for a microphone or a line.
    var sink: UInt32?
    /// One per channel.
    var channels: [SoundChannel] = [.frontLeft, .frontRight]
    var mute: Mute?
  }

  /// An output.
  struct Sink: Equatable {
    var index: UInt32
    var name: String
    var description: String
    /// Only if it mutes the monitor too: a mute or a volume in hardware comes after the monitor.
    var mute: Mute?
    /// By how much the output's volume lowers its monitor. Decibels.
    var attenuation = 0.0
  }

  /// Why there is no sound.
  enum Mute { case muted, zeroVolume }

  /// A program's stream to an output, PulseAudio's sink input.
  struct Playback: Equatable {
    var index: UInt32
    /// The output that it plays on.
    var sink: UInt32
    var player: Player
    var mute: Mute?
    /// Paused by its program.
    var isCorked = false
  }

  /// What is known of the program behind a playback.
  struct Player: Equatable {
    /// False for a module of the server.
    var isProgram: Bool
    /// PID, program and machine as the program itself reports them.
    var process: Int?
    var program: String?
    var machine: String?
    /// The PID that the server got from the kernel.
    var verifiedProcess: Int?
  }

  /// The names of the default output and input.
  var defaultSink = ""
  var defaultSource = ""
  var sinks: [Sink] = []
  var devices: [Device] = []
  var playbacks: [Playback] = []
  /// This machine's id, as its programs report it to the server.
  var ownMachine: String?

  func device(named name: String) -> Device? { devices.first { $0.name == name } }
  func monitor(of sink: UInt32) -> Device? { devices.first { $0.sink == sink } }
  func sink(_ index: UInt32) -> Sink? { sinks.first { $0.index == index } }

  /// PulseAudio's names for the present default devices.
  static let defaults: Set = ["@DEFAULT_SINK@", "@DEFAULT_MONITOR@", "@DEFAULT_SOURCE@"]

  /// Finds a device as the user names it: the name of the source or of the output that it is the monitor of, the description of
  /// either if it is unique, or one of `defaults`.
  func device(wanted: String) -> Device? {
    switch wanted {
    case "@DEFAULT_SINK@", "@DEFAULT_MONITOR@": return systemMonitor
    case "@DEFAULT_SOURCE@": return device(named: defaultSource)
    default: break
    }
    func fits(_ text: String) -> Bool { text == wanted || printable(text) == wanted }
    let named = devices.filter { fits($0.name) } + sinks.filter { fits($0.name) }.compactMap { monitor(of: $0.index) }
    if let device = named.first { return device }
    let described =
      devices.filter { fits($0.description) }
      + sinks.filter { fits($0.description) }.compactMap { monitor(of: $0.index) }
    return described.count == 1 ? described.first : nil
  }

  /// The named source: `known` if it is still there, or the present default for one of `defaults`.
  func named(_ wanted: String, known: Device?) -> Device? {
    guard let known, !Self.defaults.contains(wanted) else { return device(wanted: wanted) }
    return device(named: known.name)
  }

  /// What the machine plays.
  var systemMonitor: Device? {
    sinks.first { $0.name == defaultSink }.flatMap { monitor(of: $0.index) } ?? devices.first { $0.sink != nil }
  }

  /// Never a monitor, although the server's default source may be one where there is no microphone.
  var defaultMicrophone: Device? {
    devices.first { $0.sink == nil && $0.name == defaultSource } ?? devices.first { $0.sink == nil }
  }

  var listing: [SoundSource] {
    let defaults = [systemMonitor?.name, defaultMicrophone?.name]
    return devices.map { device in
      SoundSource(
        name: device.name, description: device.description, kind: device.sink == nil ? .microphone : .monitor,
        isDefault: defaults.contains(device.name), channelCount: device.channels.count)
    }
  }
}
