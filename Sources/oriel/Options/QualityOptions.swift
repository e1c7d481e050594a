import ArgumentParser
import Oriel

/// The options of the picture's encoding: a preset, and settings that override it.
struct QualityOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("A preset (see oriel presets).", valueName: "name"),
    completion: .custom { _, _, _ in PresetLibrary.all().map(\.name) })
  var preset = "default"

  @Option(
    help: ArgumentHelp("The most pictures a second; a still screen takes fewer. (default: 30)", valueName: "rate"),
    transform: Rate.parseFrames)
  var fps: Double?

  @Option(
    help: ArgumentHelp("Fit the picture inside this size, in proportion; it is never enlarged.", valueName: "WxH"),
    transform: Geometry.parseSize)
  var size: PixelSize?

  @Option(
    help: ArgumentHelp(
      "The bit rate of the picture, as an average over 10 s; k and M are decimal. (default: 2500k)", valueName: "rate"),
    transform: Rate.parseBits)
  var bitrate: Int?

  /// The settings of `preset`, overridden by the options.
  func encoding(_ preset: Preset) -> EncodingSettings {
    var encoding = preset.encoding
    encoding.bitrate = bitrate ?? encoding.bitrate
    encoding.frameRate = fps ?? encoding.frameRate
    encoding.maximumSize = size ?? encoding.maximumSize
    return encoding
  }
}
