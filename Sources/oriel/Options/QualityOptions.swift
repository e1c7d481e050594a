import ArgumentParser
import Oriel

/// How the picture is encoded: a preset, and what is said beside it.
struct QualityOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("A preset (see oriel presets).", valueName: "name"),
    completion: .custom { _, _, _ in PresetLibrary.all().map(\.name) })
  var preset = "default"

  @Option(
    help: ArgumentHelp("Pictures a second at the most; fewer when less changes. (default: 30)", valueName: "rate"),
    transform: Rate.parseFrames)
  var fps: Double?

  @Option(
    help: ArgumentHelp("Fit the picture inside this size; it keeps its shape and is never enlarged.", valueName: "WxH"),
    transform: Geometry.parseSize)
  var size: PixelSize?

  @Option(
    help: ArgumentHelp(
      "Bits a second, as an average over 10 s; k and M are decimal. (default: 2500k)", valueName: "rate"),
    transform: Rate.parseBits)
  var bitrate: Int?

  /// The settings that follow from the preset and the options; an option wins.
  /// - Throws: `Failure`.
  func resolve(
    _ surface: SurfaceOptions, _ audio: AudioOptions
  ) throws -> (EncodingSettings, DisplayMediaStreamOptions, SoundPlan) {
    let preset = try PresetLibrary.load(preset)
    var encoding = preset.encoding
    encoding.bitrate = bitrate ?? encoding.bitrate
    encoding.frameRate = fps ?? encoding.frameRate
    encoding.maximumSize = size ?? encoding.maximumSize
    return (
      encoding, surface.options(preset, frameRate: encoding.frameRate),
      try audio.plan(preset, window: surface.window != nil)
    )
  }
}
