import ArgumentParser
import Scenes

/// What is recorded, and how.
struct Scenario: Sendable, Hashable {
  enum Variant: String, CaseIterable, Sendable, ExpressibleByArgument {
    /// The whole desktop.
    case plain
    /// The whole desktop and what the machine plays, which is noise.
    case sound
    /// The scene's window, which covers the whole desktop, as a window.
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
