import ArgumentParser
import Oriel

/// The options of record and share that say what is captured, and how it is encoded.
struct CaptureOptions: ParsableArguments {
  @OptionGroup(title: "Capture")
  var surface: SurfaceOptions

  @OptionGroup(title: "Quality")
  var quality: QualityOptions

  @OptionGroup(title: "Sound")
  var audio: AudioOptions

  /// The settings of the options over those of the preset.
  /// - Throws: `Failure` for a preset that cannot be loaded, or options that contradict each other.
  func request() throws -> CaptureRequest {
    let preset = try PresetLibrary.load(quality.preset)
    let encoding = quality.encoding(preset)
    return CaptureRequest(
      surface: surface.options(preset, frameRate: encoding.frameRate),
      sound: try audio.plan(preset, window: surface.window != nil), encoding: encoding)
  }
}
