package import Foundation
package import Media
package import Scenes

/// The flashes in a recording of `SceneName.flash`, with what the scene says of each.
package struct FlashRecording: Sendable {
  package struct Flash: Sendable {
    /// When it is shown, in seconds.
    package let time: Double
    /// When it was drawn, CLOCK_MONOTONIC in seconds.
    package let drawn: Double
    /// How much later its beep was played, in seconds, as the scene said afterwards; 0 where it knows of none.
    package let lag: Double
  }

  package let flashes: [Flash]
  /// In seconds, of the last picture.
  package let end: Double

  /// - Parameter window: whether the picture is of the scene's window alone, and not of the whole screen.
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
      // Whole milliseconds: half of one is left out on average.
      if let seen { drawn[time] = Double(seen) / 1000 + 0.0005 }
      end = time
    }
    self.end = end
    let beeps = try scene.beeps.values
    flashes = detector.flashes.compactMap { time in
      guard let drawn = drawn[time] else { return nil }
      let lag = beeps.map { $0 - drawn }.min { abs($0) < abs($1) }
      return Flash(time: time, drawn: drawn, lag: lag.map { abs($0) < 0.4 ? $0 : 0 } ?? 0)
    }
  }

  /// How far beeps are from where they belong: after the flashes as they were played after the drawing.
  package func synchrony(_ sound: DecodedSound, frequency: Double = 1000) -> Synchrony {
    Synchrony(
      flashes: flashes.map { $0.time + $0.lag },
      beeps: BeepDetector.beeps(in: sound.left, frequency: frequency).map(\.time))
  }
}
