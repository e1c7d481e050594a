package import Foundation
package import Media
package import Scenes

/// The flashes in a recording of `SceneName.flash`, with the times that the scene logged.
package struct FlashRecording: Sendable {
  package struct Flash: Sendable {
    /// Its time in the recording, in seconds.
    package let time: Double
    /// When it was drawn, CLOCK_MONOTONIC in seconds.
    package let drawn: Double
    /// The delay from drawing it to playing its beep, in seconds, by the scene's log; 0 if no beep was logged.
    package let beepDelay: Double
  }

  package let flashes: [Flash]
  /// The time of the last picture, in seconds.
  package let end: Double

  /// - Parameter window: whether the recording shows only the scene's window instead of the whole screen.
  package init(_ file: URL, of scene: Scene, screen: PixelSize, window: Bool = false) async throws {
    let field = window ? FlashField.rectInWindow(screen: screen) : FlashField.rect(screen: screen)
    let barcode = window ? PixelRect(x: 8, y: 8, width: Barcode.size.width, height: Barcode.size.height) : nil
    var detector = FlashDetector()
    var drawn: [Double: Double] = [:]
    var end = 0.0
    for try await frame in try await FFmpeg.frames(of: file, as: .luma) {
      let luma = LumaPlane(samples: frame.bytes, width: frame.width, height: frame.height)
      let time = Double(frame.milliseconds) / 1000
      detector.add(luma, field: field, at: time)
      let seen = barcode.map { Barcode.decode(luma, at: $0) } ?? Barcode.decode(luma, of: .flash, screen: screen)
      // Barcodes are truncated to whole milliseconds: add the mean error of half of one.
      if let seen { drawn[time] = Double(seen) / 1000 + 0.0005 }
      end = time
    }
    self.end = end
    let beeps = try scene.beeps.values
    flashes = detector.flashes.compactMap { time in
      guard let drawn = drawn[time] else { return nil }
      let beepDelay = beeps.map { $0 - drawn }.min { abs($0) < abs($1) }
      return Flash(time: time, drawn: drawn, beepDelay: beepDelay.map { abs($0) < 0.4 ? $0 : 0 } ?? 0)
    }
  }

  /// The A/V sync error of the recording: the scene's own delay between drawing and beep is subtracted.
  package func synchrony(_ sound: DecodedSound, frequency: Double = 1000) -> Synchrony {
    Synchrony(
      flashes: flashes.map { $0.time + $0.beepDelay },
      beeps: BeepDetector.beeps(in: sound.left, frequency: frequency).map(\.time))
  }
}
