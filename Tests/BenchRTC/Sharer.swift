import ArgumentParser

/// The program that shares the desktop.
enum Sharer: String, CaseIterable, Codable, Sendable, ExpressibleByArgument {
  case oriel
  case chromium
  /// The command `oriel share`, with its room and its page.
  case share

  var title: String {
    switch self {
    case .oriel: "Oriel"
    case .chromium: "Chromium"
    case .share: "oriel share"
    }
  }
}
