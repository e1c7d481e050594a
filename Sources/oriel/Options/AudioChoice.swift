import ArgumentParser
import Oriel

/// What is said of sound: one, or that there shall be none.
enum AudioChoice: Equatable {
  case silence
  case sound(AudioSelection)

  /// `none`, or as `AudioSelection` is written.
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
