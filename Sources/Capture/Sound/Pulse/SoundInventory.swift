import Media

/// What there is at a sound server, as far as it concerns anyone here.
struct SoundInventory: Equatable {
  /// Something to record from.
  struct Device: Equatable {
    var index: UInt32
    var name: String
    var description: String
    /// The output that it is the monitor of.
    var sink: UInt32?
    /// One for each of its channels.
    var channels: [SoundChannel] = [.frontLeft, .frontRight]
    var mute: Mute?
  }

  /// What plays.
  struct Sink: Equatable {
    var index: UInt32
    var name: String
    var description: String
    /// Of what its monitor hears: what is done in hardware is done after that.
    var mute: Mute?
    /// How much lower than played its monitor hears it. Decibels.
    var lowering = 0.0
  }

  /// Why nothing gets through.
  enum Mute { case muted, zeroVolume }

  /// What a program plays.
  struct Playback: Equatable {
    var index: UInt32
    /// The output that it goes to.
    var sink: UInt32
    var player: Player
    var mute: Mute?
    /// It holds still for now.
    var isCorked = false
  }

  /// What is known of a program that plays.
  struct Player: Equatable {
    /// And no module of the server's.
    var isProgram: Bool
    /// Its process, program and machine, by its own word.
    var process: Int?
    var program: String?
    var machine: String?
    /// By the word of the server, which has asked the kernel.
    var verifiedProcess: Int?
  }

  /// The names of the default output and input.
  var defaultSink = ""
  var defaultSource = ""
  var sinks: [Sink] = []
  var devices: [Device] = []
  var playbacks: [Playback] = []
  /// This machine's name, as its programs have it for the server.
  var ownMachine: String?

  func device(named name: String) -> Device? { devices.first { $0.name == name } }
  func monitor(of sink: UInt32) -> Device? { devices.first { $0.sink == sink } }
  func sink(_ index: UInt32) -> Sink? { sinks.first { $0.index == index } }

  /// The names that other tools have for whatever is the default at the time.
  static let defaults: Set = ["@DEFAULT_SINK@", "@DEFAULT_MONITOR@", "@DEFAULT_SOURCE@"]

  /// What people mean: the server's name for a source or for the output that it is the monitor of, the description of either
  /// where there is but one of it, or one of `defaults`.
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

  /// The named source: the one that is known, unless the name is for whatever is the default.
  func named(_ wanted: String, known: Device?) -> Device? {
    guard let known, !Self.defaults.contains(wanted) else { return device(wanted: wanted) }
    return device(named: known.name)
  }

  /// What the machine plays.
  var systemMonitor: Device? {
    sinks.first { $0.name == defaultSink }.flatMap { monitor(of: $0.index) } ?? devices.first { $0.sink != nil }
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
        isDefault: defaults.contains(device.name), channelCount: device.channels.count)
    }
  }
}
