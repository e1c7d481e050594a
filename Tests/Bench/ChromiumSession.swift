import Foundation
import Harness
import Synchronization

/// A recording by a browser that is already running.
final class ChromiumSession: RecordingSession {
  private let browser: Chromium
  private let file: URL
  private let cpuSecondsBefore = Mutex(0.0)

  init(browser: Chromium, file: URL) {
    self.browser = browser
    self.file = file
  }

  func start() async throws -> Double {
    let used = browser.resourceUse.cpuSeconds
    cpuSecondsBefore.withLock { $0 = used }
    let launched = MonotonicClock.seconds
    try await browser.page.evaluate(
      """
      (async () => {
        const video = { width: 1920, height: 1080, frameRate: 30 };
        const stream = await navigator.mediaDevices.getDisplayMedia({ video, audio: false });
        const options = { mimeType: "video/webm;codecs=vp8", videoBitsPerSecond: 2500000 };
        window.recorder = new MediaRecorder(stream, options);
        window.chunks = [];
        recorder.ondataavailable = (event) => chunks.push(event.data);
        const started = new Promise((resolve) => (recorder.onstart = resolve));
        recorder.start();
        await started;
      })()
      """)
    return launched
  }

  func stop() async throws -> ResourceUse {
    try await browser.page.evaluate(
      """
      (async () => {
        const stopped = new Promise((resolve) => (recorder.onstop = resolve));
        recorder.stop();
        await stopped;
      })()
      """)
    var use = browser.resourceUse
    use.cpuSeconds -= cpuSecondsBefore.withLock { $0 }
    let text = try await browser.page.evaluate(
      """
      new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(new Blob(chunks));
      })
      """, within: .seconds(30))
    guard let data = text.string.flatMap({ Data(base64Encoded: $0) }), !data.isEmpty else {
      throw HarnessError("the browser gave no recording: \(browser.page.console)")
    }
    try data.write(to: file)
    return use
  }

  /// The stream is live until here, so that the browser's sharing bar is both in the recording and on the screen.
  func close() async throws {
    try await browser.close()
  }
}
