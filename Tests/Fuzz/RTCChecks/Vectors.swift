import Foundation

/// Descriptions made by Chromium, Firefox, aiortc and GStreamer; also the fuzzer's seeds.
package enum Vectors {
  package static let names = [
    "aiortc-answer", "aiortc-offer", "chromium-answer", "chromium-audio-only", "chromium-recvonly-maxbundle",
    "chromium-restopped", "chromium-sendrecv-data", "chromium-simulcast", "firefox-answer", "firefox-audio-only",
    "firefox-recvonly-maxbundle", "firefox-restopped", "firefox-sendrecv-data", "firefox-simulcast", "gstreamer-offer",
  ]
  package static let offers = names.filter { !$0.hasSuffix("answer") }

  package static func text(_ name: String) throws -> String {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Corpus/SDP")
    return String(decoding: try Data(contentsOf: folder.appending(path: name + ".sdp")), as: UTF8.self)
  }
}
