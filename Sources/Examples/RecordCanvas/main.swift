import Foundation
import Oriel

// Records a canvas that the program paints, without any display: a square that moves to and fro.
// `oriel-record-canvas FILE.webm [SECONDS]`

let arguments = CommandLine.arguments.dropFirst()
guard let path = arguments.first, let seconds = Double(arguments.dropFirst().first ?? "5"), seconds > 0 else {
  FileHandle.standardError.write(Data("usage: oriel-record-canvas FILE.webm [SECONDS]\n".utf8))
  exit(64)
}
do {
  let canvas = Canvas(width: 640, height: 360)
  canvas.paint { $0.fill($0.rect, 0x20_4a_6e) }
  let stream = canvas.captureStream(frameRate: 30)
  let recorder = try MediaRecorder(stream)
  let events = recorder.events
  try recorder.start(.file(path: path))

  var square = PixelRect(x: 0, y: 160, width: 40, height: 40)
  var speed = 8
  let end = ContinuousClock.now + .seconds(seconds)
  while ContinuousClock.now < end {
    let old = square
    if !(0...canvas.size.width - square.width ~= square.x + speed) { speed.negate() }
    square.x += speed
    // Only the painted rectangle is converted and encoded: the square's old and new place.
    canvas.paint(old.union(square)) { pixels in
      pixels.fill(old, 0x20_4a_6e)
      pixels.fill(square, 0xff_b0_00)
    }
    try await Task.sleep(for: .milliseconds(33))
  }
  recorder.stop()
  for await event in events { if case .stop = event { break } }
  stream.getTracks().forEach { $0.stop() }
} catch {
  FileHandle.standardError.write(Data("oriel-record-canvas: \(error)\n".utf8))
  exit(74)
}
