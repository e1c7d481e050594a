import Foundation
import Oriel

// Records pictures and sound that the program makes, with no display and no sound server: a metronome whose lamp lights as it
// ticks.
// `oriel-record-metronome FILE.webm [SECONDS]`

let arguments = CommandLine.arguments.dropFirst()
guard let path = arguments.first, let seconds = Int(arguments.dropFirst().first ?? "5"), 1...3600 ~= seconds else {
  FileHandle.standardError.write(Data("usage: oriel-record-metronome FILE.webm [SECONDS]\n".utf8))
  exit(64)
}
do {
  let canvas = Canvas(width: 320, height: 240)
  let sound = PCMSource(channelCount: 1)
  let stream = canvas.captureStream(frameRate: 30)
  stream.addTrack(MediaStreamTrack(source: sound, label: "metronome"))
  let recorder = try MediaRecorder(stream)
  let events = recorder.events
  try recorder.start(.file(path: path))

  // A tenth of a second each: pushed blocks play one after the other, each for as long as its samples.
  let silence = [Float](repeating: 0, count: AudioFrame.sampleRate / 10)
  let tick = silence.indices.map { Float(sin(Double($0) * 880 * 2 * .pi / 48_000) * sin(Double($0) * .pi / 4800) / 2) }
  let start = ContinuousClock.now
  for tenth in 0..<(10 * seconds) {
    let ticks = tenth % 5 == 0
    if ticks || tenth % 5 == 1 { canvas.paint { $0.fill($0.rect, ticks ? 0xff_b0_00 : 0x20_4a_6e) } }
    sound.push(ticks ? tick : silence)
    try await Task.sleep(until: start + .milliseconds(100 * (tenth + 1)), clock: .continuous)
  }
  recorder.stop()
  for await event in events { if case .stop = event { break } }
  stream.getTracks().forEach { $0.stop() }
} catch {
  FileHandle.standardError.write(Data("oriel-record-metronome: \(error)\n".utf8))
  exit(74)
}
