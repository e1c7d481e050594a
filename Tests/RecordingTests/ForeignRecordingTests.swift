import Foundation
import Glibc
import Harness
import Testing

/// Recordings of other programs, cut off by SIGKILL.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ForeignRecordingTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func check(_ file: URL, way: String) async throws {
    let packets = try await Recordings.packets(file)
    #expect(packets.count > 20)
    let last = try Recordings.lastBlock(file)
    let result = try await Recordings.repair(file.path, "--json")
    #expect(result.status == 0, "\(result.errors)")
    let event = try JSON(parsing: result.output)
    #expect(event["result"] == .string(way))
    let duration = event["durationSeconds"].number ?? 0
    #expect(duration >= last && duration < last + 1)
    try await Recordings.expectSeekable(file)
    // Other readers may have returned the incomplete last packet.
    let after = try await Recordings.packets(file)
    #expect(after == packets || Set(after).isStrictSubset(of: packets) && packets.count - after.count == 1)
    let seek = try await Recordings.seek(file, to: duration - 0.1)
    #expect(seek.time > 0.5 && seek.offset > 1000)
  }

  @Test func `a killed ffmpeg recording, which has room for an index, is repaired in place`() async throws {
    let file = folder.file("ffmpeg.webm")
    let program = try Program(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-re", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30", "-re", "-f", "lavfi",
        "-i", "sine", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "15", "-b:v", "2M",
        "-c:a", "libopus", "-cluster_time_limit", "500", "-flush_packets", "1", file.path,
      ])
    try await eventually("enough on the disk") {
      (try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int) ?? 0 > 400_000
    }
    program.signal(SIGKILL)
    try await program.exit()
    try await check(file, way: "inPlace")
  }

  @Test(.enabled(if: Chromium.isInstalled))
  func `a killed Chromium recording, which has no room, is rewritten with its sound`() async throws {
    let browser = try await Chromium()
    try await browser.page.evaluate(
      """
      (async () => {
        const canvas = document.createElement("canvas");
        canvas.width = 320; canvas.height = 180;
        const context = canvas.getContext("2d");
        let step = 0;
        setInterval(() => {
          context.fillStyle = `hsl(${step * 7 % 360} 80% 50%)`;
          context.fillRect(step * 5 % 320, step * 3 % 180, 60, 60);
          step += 1;
        }, 33);
        const audio = new AudioContext();
        const sound = audio.createMediaStreamDestination();
        const tone = audio.createOscillator();
        tone.connect(sound);
        tone.start();
        const stream = new MediaStream([...canvas.captureStream(30).getTracks(), ...sound.stream.getTracks()]);
        window.recorder = new MediaRecorder(stream, { mimeType: "video/webm;codecs=vp8,opus",
          videoKeyFrameIntervalDuration: 1000 });
        window.text = "";
        window.queue = Promise.resolve();
        recorder.ondataavailable = (event) => {
          queue = queue.then(async () => {
            for (const byte of new Uint8Array(await event.data.arrayBuffer())) text += String.fromCharCode(byte);
          });
        };
        recorder.start(100);
      })()
      """)
    var bytes: [UInt8] = []
    let deadline = MonotonicClock.seconds + 30
    while bytes.count < 150_000, MonotonicClock.seconds < deadline {
      try await Task.sleep(for: .milliseconds(200))
      // Like a page that streams its recording to a server.
      let more = try await browser.page.evaluate("(() => { const more = btoa(text); text = ''; return more; })()")
      bytes += more.string.flatMap { Data(base64Encoded: $0) } ?? Data()
    }
    Glibc.kill(browser.pid, SIGKILL)
    let file = folder.file("chromium.webm")
    try Data(bytes.dropLast(5)).write(to: file)
    try await check(file, way: "rewritten")
    let streams = try await FFmpeg.probe(file)["streams"].array ?? []
    #expect(streams.map { $0["codec_name"] }.contains("opus") && streams.count == 2)
  }
}
