import Foundation
import Oriel

// Records one window until it closes, even where other windows cover it. `oriel-record-window TITLE FILE.webm [SECONDS]`

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 2, let window = WindowSelection(arguments[0]),
  let seconds = Double(arguments.dropFirst(2).first ?? "3600"), seconds > 0
else {
  FileHandle.standardError.write(Data("usage: oriel-record-window TITLE FILE.webm [SECONDS]\n".utf8))
  exit(64)
}
do {
  let stream = try await MediaDevices.getDisplayMedia(.init(surface: .window(window)))
  let recorder = try MediaRecorder(stream)
  let events = recorder.events
  try recorder.start(.file(path: arguments[1]))
  let limit = Task {
    try await Task.sleep(for: .seconds(seconds))
    recorder.stop()
  }
  // The recording ends by itself when the window is closed.
  for await event in events {
    switch event {
    case .error(let error): throw error
    case .stop: print("\(arguments[1]): \(recorder.statistics.framesCaptured) pictures")
    default: continue
    }
    break
  }
  limit.cancel()
  stream.getTracks().forEach { $0.stop() }
} catch {
  FileHandle.standardError.write(Data("oriel-record-window: \(error)\n".utf8))
  exit(1)
}
