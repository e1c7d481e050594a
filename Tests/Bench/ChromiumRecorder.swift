import Foundation
import Harness

/// `getDisplayMedia` and `MediaRecorder` in an installed Chromium.
struct ChromiumRecorder: Recorder {
  let name = RecorderName.chromium
  let settings = "getDisplayMedia at 1920x1080, 30 fps; MediaRecorder video/webm;codecs=vp8, 2500000 bit/s"

  /// On Linux its `getDisplayMedia` does not capture system audio.
  func records(_ variant: Scenario.Variant) -> Bool { variant == .plain }

  func version() async throws -> String {
    let browser = try await Chromium()
    let version = try await browser.version
    try await browser.close()
    return version
  }

  /// Starts the browser: its launch is not part of the recording.
  func prepare(_ task: RecordingTask) async throws -> any RecordingSession {
    // The scene will cover the window, so the browser must not throttle covered windows.
    let arguments =
      Chromium.capturesEntireScreen + [
        "--window-size=1,1", "--window-position=0,0", "--disable-backgrounding-occluded-windows",
        "--disable-renderer-backgrounding", "--disable-background-timer-throttling",
      ]
    let browser = try await Chromium(on: task.display, arguments: arguments)
    let folder = try TemporaryDirectory()
    let page = folder.file("recorder.html")
    try "<!doctype html><title>recorder</title>".write(to: page, atomically: true, encoding: .utf8)
    try await browser.page.navigate(to: page.absoluteString)
    return ChromiumSession(browser: browser, file: task.file)
  }
}
