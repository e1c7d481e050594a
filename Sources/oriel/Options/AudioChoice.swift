import ArgumentParser
import Oriel

/// The value of `--audio` or of a preset's `audio`: a selection of sound, or none.
enum AudioChoice: Equatable {
  case silence
  case sound(AudioSelection)

  /// Reads `none` or the text of an `AudioSelection`.
  init?(_ text: String) {
    if text == "none" {
      self = .silence
    } else {
      guard let selection = AudioSelection(text) else { return nil }
      self = .sound(selection)
    }
  }

  var selection: AudioSelection? { if case .sound(let selection) = self { selection } else { nil } }
}
