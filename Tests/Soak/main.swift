import Encoding
import Foundation
import Media
import Recording

// oriel-soak FILE FRAMES: records FRAMES frames of a busy desktop at full speed into FILE, with a beep once a minute, and
// prints one JSON line with the resident memory in bytes after each tenth of the frames.

let arguments = CommandLine.arguments
guard arguments.count == 3, let frames = Int(arguments[2]), frames >= 10 else {
  FileHandle.standardError.write(Data("usage: oriel-soak FILE FRAMES\n".utf8))
  exit(64)
}

/// `VmRSS` now.
func residentBytes() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
  return (status.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * sysconf(Int32(_SC_PAGESIZE))
}

let source = SoakSource(size: PixelSize(width: 160, height: 128))
let lines = Monitor(0)
var options = MediaRecorderOptions()
options.ledger = { entry in
  if entry.result == .captured || entry.result == .dropped { lines.update { $0 += 1 } }
}
var sound = SoakSound(start: source.start)
let recorder = try MediaRecorder(
  MediaStream([
    MediaStreamTrack(source: source, label: "soak"), MediaStreamTrack(source: sound.source, label: "beeps"),
  ]), options)
let events = recorder.events
try recorder.start(.file(path: arguments[1], replacing: true))
var resident: [Int] = []
for frame in 1...frames {
  // Sound is a second ahead, so that no picture has to wait for it.
  sound.send(until: Double(frame) / 30 + 1)
  source.sendNext()
  // Waits until the frame is captured or dropped, so that the recorder is not flooded.
  _ = lines.wait { $0 >= frame ? true : nil }
  if frame % (frames / 10) == 0 { resident.append(residentBytes()) }
}
recorder.stop()
for await event in events { if case .stop = event { break } }
let statistics = recorder.statistics
let report: [String: Any] = [
  "resident": resident, "framesCaptured": statistics.framesCaptured, "framesEncoded": statistics.framesEncoded,
  "framesDropped": statistics.framesDropped, "bytes": statistics.bytes, "ledgerPictures": lines.withLock { $0 },
]
print(String(decoding: try JSONSerialization.data(withJSONObject: report, options: [.sortedKeys]), as: UTF8.self))
