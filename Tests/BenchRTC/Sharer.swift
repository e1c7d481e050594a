import ArgumentParser

/// Who shares the desktop.
enum Sharer: String, CaseIterable, Codable, Sendable, ExpressibleByArgument {
  case oriel
  case chromium

  var title: String {
    switch self {
    case .oriel: "Oriel"
    case .chromium: "Chromium"
    }
  }
}
