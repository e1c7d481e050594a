import ArgumentParser
import Scenes

/// A scene and the way to record it.
struct Scenario: Sendable, Hashable {
  enum Variant: String, CaseIterable, Sendable, ExpressibleByArgument {
    /// The whole desktop.
    case plain
    /// The whole desktop and the system audio, which is noise.
    case sound
    /// The scene's window, which covers the whole desktop, recorded as a window.
    case window
  }

  var scene: SceneName
  var variant = Variant.plain

  /// For the report.
  var title: String {
    switch variant {
    case .plain: scene.rawValue
    case .sound: "\(scene.rawValue), with sound"
    case .window: "\(scene.rawValue), as a window"
    }
  }
}
