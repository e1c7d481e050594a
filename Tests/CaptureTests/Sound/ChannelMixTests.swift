import Testing

@testable import Capture

/// Mixing channels to two, and finding sources by their names.
@Suite struct ChannelMixTests {
  private let surround: [SoundChannel] = [
    .frontLeft, .frontRight, .rearLeft, .rearRight, .frontCentre, .lowFrequency,
  ]

  /// Each channel's gains on the left and on the right.
  private func sides(_ channels: [SoundChannel], outputs: Int = 2) -> [[Float]] {
    let mix = ChannelMix(channels, outputs: outputs)
    return channels.indices.map { channel in
      let frame = channels.indices.map { $0 == channel ? Float(1) : 0 }
      var mixed = [Float](repeating: 0, count: outputs)
      mix.mix(frame, frames: 1, into: &mixed)
      return mixed.map { ($0 * 1000).rounded() / 1000 }
    }
  }

  @Test func `of 5.1 channels the centre and the rear are 3 dB lower, and the low frequencies on both sides`() {
    #expect(
      sides(surround) == [[1, 0], [0, 1], [0.707, 0], [0, 0.707], [0.707, 0.707], [0.707, 0.707]])
    #expect(sides(surround, outputs: 1) == [[0.5], [0.5], [0.354], [0.354], [0.707], [0.707]])
  }

  @Test func `channels without a position, and a single channel, are on both sides`() {
    let aux = (0..<4).map { SoundChannel(rawValue: SoundChannel.aux0.rawValue + $0) }
    #expect(sides(aux) == [[Float]](repeating: [0.707, 0.707], count: 4))
    for single in [SoundChannel.mono, .frontLeft, aux[0], SoundChannel(rawValue: -1)] {
      #expect(sides([single]) == [[1, 1]])
      #expect(ChannelMix([single], outputs: 1).isPlain)
    }
    #expect(sides([.sideLeft, .sideRight, .rearCentre]) == [[0.707, 0], [0, 0.707], [0.707, 0.707]])
  }

  @Test func `left and right stay on their sides in either order`() {
    #expect(ChannelMix([.frontLeft, .frontRight], outputs: 2).isPlain)
    #expect(!ChannelMix([.frontRight, .frontLeft], outputs: 2).isPlain)
    #expect(sides([.frontRight, .frontLeft]) == [[0, 1], [1, 0]])
  }

  @Test func `each frame is mixed separately`() {
    let mix = ChannelMix([.frontLeft, .frontRight, .lowFrequency], outputs: 2)
    var mixed = [Float](repeating: 9, count: 4)
    mix.mix([1, 2, 0, 3, 4, 0], frames: 2, into: &mixed)
    #expect(mixed == [1, 2, 3, 4])
  }

  @Test func `a source is found by its name, its output's name, a description, or as the default`() {
    var inventory = SoundInventory()
    inventory.sinks = [
      .init(index: 1, name: "hdmi", description: "Screen"),
      .init(index: 2, name: "usb", description: "Head\u{200b}set"),
    ]
    inventory.devices = [
      .init(index: 10, name: "hdmi.monitor", description: "Monitor of Screen", sink: 1),
      .init(index: 11, name: "usb.monitor", description: "Monitor of Headset", sink: 2),
      .init(index: 12, name: "usb.mic", description: "Twin"), .init(index: 13, name: "web.mic", description: "Twin"),
    ]
    (inventory.defaultSink, inventory.defaultSource) = ("usb", "web.mic")
    let expected = [
      "usb.mic": "usb.mic", "hdmi": "hdmi.monitor", "Screen": "hdmi.monitor", "Monitor of Headset": "usb.monitor",
      "Head\u{200b}set": "usb.monitor", "Head\u{fffd}set": "usb.monitor", "@DEFAULT_SINK@": "usb.monitor",
      "@DEFAULT_MONITOR@": "usb.monitor", "@DEFAULT_SOURCE@": "web.mic",
    ]
    for (wanted, name) in expected { #expect(inventory.device(wanted: wanted)?.name == name, "\(wanted)") }
    // Ambiguous or unknown.
    for wanted in ["Twin", "none", ""] { #expect(inventory.device(wanted: wanted) == nil, "\(wanted)") }
  }

  @Test func `a named microphone that is gone is not replaced, an output is`() {
    var inventory = SoundInventory()
    inventory.sinks = [.init(index: 1, name: "hdmi", description: "Screen")]
    inventory.devices = [
      .init(index: 10, name: "hdmi.monitor", description: "Monitor", sink: 1),
      .init(index: 12, name: "web.mic", description: "Webcam"),
    ]
    inventory.defaultSource = "web.mic"
    let gone = SoundInventory.Device(index: 3, name: "usb.mic", description: "Webcam")
    let missing = SoundPlan(.source("Webcam"), inventory, known: gone)
    #expect(missing.targets.isEmpty && missing.missing == [.named])
    let output = SoundInventory.Device(index: 4, name: "usb.monitor", description: "Headset", sink: 9)
    #expect(SoundPlan(.source("usb"), inventory, known: output).targets[.named]?.name == "hdmi.monitor")
  }
}
