import Foundation
import Harness
import Media
import Scenes

/// The barcode of a frame of a recording.
struct Sighting: Sendable {
  /// When the frame is shown, in milliseconds of the recording.
  let time: Int
  /// When its content was drawn, in milliseconds of the monotonic clock.
  let drawn: Int

  /// The barcodes of all frames, in order.
  /// - Throws: `HarnessError` if a frame has none.
  static func all(in file: URL, of scene: SceneName, screen: PixelSize) async throws -> [Sighting] {
    var found: [Sighting] = []
    for try await frame in try await FFmpeg.frames(of: file, as: .luma) {
      found.append(try Sighting(frame, of: scene, screen: screen))
    }
    return found
  }

  init(_ frame: DecodedFrame, of scene: SceneName, screen: PixelSize) throws {
    let plane = LumaPlane(samples: frame.bytes, width: frame.width, height: frame.height)
    guard let barcode = Barcode.decode(plane, of: scene, screen: screen) else {
      throw HarnessError("the frame at \(frame.milliseconds) ms shows no whole barcode")
    }
    time = frame.milliseconds
    drawn = Int(barcode)
  }
}
