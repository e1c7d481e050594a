import Foundation
import Oriel

// Records a window until it is closed, also while others cover it. `oriel-record-window 'Work*' FILE.webm`

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
  FileHandle.standardError.write(Data("usage: oriel-record-window TITLE FILE.webm\n".utf8))
  exit(64)
}
do {
  let stream = try await MediaDevices.getDisplayMedia(.init(surface: .window(arguments[1])))
  let recorder = try MediaRecorder(stream)
  let events = recorder.events
  try recorder.start(.file(path: arguments[2]))
  // `recorder.stop()` ends it earlier.
  for await event in events {
    if case .error(let error) = event { throw error }
    if case .stop = event { break }
  }
  print("\(arguments[2]): \(recorder.statistics.framesCaptured) pictures")
} catch {
  FileHandle.standardError.write(Data("oriel-record-window: \(error)\n".utf8))
  exit(1)
}
