import Foundation

/// Descriptions that Chromium, Firefox, aiortc and GStreamer have made, the fuzzer's seeds too.
enum Vectors {
  static let names = [
    "aiortc-answer", "aiortc-offer", "chromium-answer", "chromium-audio-only", "chromium-recvonly-maxbundle",
    "chromium-restopped", "chromium-sendrecv-data", "chromium-simulcast", "firefox-answer", "firefox-audio-only",
    "firefox-recvonly-maxbundle", "firefox-restopped", "firefox-sendrecv-data", "firefox-simulcast", "gstreamer-offer",
  ]
  static let offers = names.filter { !$0.hasSuffix("answer") }

  static func text(_ name: String) throws -> String {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fuzz/Corpus/SDP")
    return String(decoding: try Data(contentsOf: folder.appending(path: name + ".sdp")), as: UTF8.self)
  }
}
