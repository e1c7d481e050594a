import Foundation
import Harness
import Media
import Scenes

/// A file in the `<video>` of a headless Chromium.
struct ChromiumPlayer {
  private let browser: Chromium
  private let folder: TemporaryDirectory

  /// Opens the file and waits for its first picture.
  init(_ file: URL) async throws {
    folder = try TemporaryDirectory()
    let page = folder.file("player.html")
    try """
    <!doctype html><title>player</title><video muted preload="auto" src="\(file.absoluteString)"></video>
    <script>
    const video = document.querySelector('video')
    const canvas = document.createElement('canvas')
    const context = canvas.getContext('2d', {willReadFrequently: true})
    const loaded = new Promise((resolve, reject) => {
      if (video.readyState >= 2) resolve()
      video.onloadeddata = () => resolve()
      video.onerror = () => reject(new Error(video.error.message))
    })
    let shown = null
    function watch() {
      video.requestVideoFrameCallback((now, {mediaTime}) => {
        shown = mediaTime
        watch()
      })
    }
    watch()
    function seek(time, frame) {
      return new Promise((resolve, reject) => {
        video.currentTime = time
        const limit = performance.now() + 20_000
        const look = () => {
          if (!video.seeking && shown !== null && Math.abs(shown - frame) < 0.002) resolve()
          else if (performance.now() < limit) setTimeout(look, 5)
          else reject(new Error(`at ${time} s the frame of ${shown} s is shown, not that of ${frame} s`))
        }
        look()
      })
    }
    function pixels(x, y, width, height) {
      canvas.width = video.videoWidth
      canvas.height = video.videoHeight
      context.drawImage(video, 0, 0)
      let text = ''
      for (const byte of context.getImageData(x, y, width, height).data) text += String.fromCharCode(byte)
      return btoa(text)
    }
    function facts() {
      const seekable = []
      for (let i = 0; i < video.seekable.length; i++) {
        seekable.push([video.seekable.start(i), video.seekable.end(i)])
      }
      return {width: video.videoWidth, height: video.videoHeight, duration: video.duration, seekable}
    }
    </script>
    """.write(to: page, atomically: true, encoding: .utf8)
    // Otherwise the page and the video, both from files, have different origins, and the canvas cannot be read.
    browser = try await Chromium(arguments: ["--allow-file-access-from-files"])
    try await browser.page.navigate(to: page.absoluteString)
    try await browser.page.evaluate("loaded")
  }

  /// `width`, `height`, `duration` in seconds and the ranges `seekable`.
  var facts: JSON { get async throws { try await browser.page.evaluate("facts()") } }

  /// Seeks to a time, in seconds, and waits until the frame of the time `frame` is shown. While Chromium still decodes, it may
  /// report the seek as done with an earlier frame.
  /// - Throws: `HarnessError` if another frame stays.
  func seek(to time: Double, showing frame: Double) async throws {
    try await browser.page.evaluate("seek(\(time), \(frame))")
  }

  /// Red, green and blue of each pixel in a part of the picture, row by row.
  func pixels(in rect: PixelRect) async throws -> [[UInt8]] {
    let answer = try await browser.page.evaluate("pixels(\(rect.x), \(rect.y), \(rect.width), \(rect.height))")
    guard let data = answer.string.flatMap({ Data(base64Encoded: $0) }), data.count == rect.area * 4 else {
      throw HarnessError("the page gave no pixels")
    }
    let bytes = [UInt8](data)
    return stride(from: 0, to: bytes.count, by: 4).map { Array(bytes[$0..<$0 + 3]) }
  }

  /// The luma of a part of the picture.
  func luma(of rect: PixelRect) async throws -> LumaPlane {
    // Green is enough for black and white.
    LumaPlane(samples: try await pixels(in: rect).map { $0[1] }, width: rect.width, height: rect.height)
  }

  func close() async throws { try await browser.close() }
}
