import ArgumentParser

/// The recorders that are compared.
enum RecorderName: String, CaseIterable, Codable, Sendable, ExpressibleByArgument {
  case oriel
  case ffmpeg
  case gstreamer
  case chromium

  var title: String {
    switch self {
    case .oriel: "Oriel"
    case .ffmpeg: "ffmpeg"
    case .gstreamer: "GStreamer"
    case .chromium: "Chromium"
    }
  }
}
