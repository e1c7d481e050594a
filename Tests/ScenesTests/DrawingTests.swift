import Media
import TestSupport
import Testing

@testable import Scenes

@Suite struct DrawingTests {
  @Test func `the test card has exact patches, black on white text and each step's barcode`() async throws {
    let server = try await XServer(width: 1920, height: 1080)
    let runner = try SceneRunner(SceneOptions(scene: .testCard, display: server.display))
    let card = TestCard(width: 1920, height: 1080)
    for milliseconds: UInt32 in [1, 4_000_000_000] {
      try runner.step(milliseconds: milliseconds)
      let shot = try Screenshot(display: server.display)
      #expect(shot.size == card.screen)
      for patch in card.patches {
        for (x, y) in [
          (patch.rect.x, patch.rect.y), (patch.rect.x + patch.rect.width / 2, patch.rect.y + patch.rect.height / 2),
          (patch.rect.maxX - 1, patch.rect.maxY - 1),
        ] { #expect(shot.colour(x: x, y: y) == (patch.red, patch.green, patch.blue), "\(patch.name)") }
      }
      let luma = shot.luma
      #expect(Barcode.decode(luma, at: card.barcodeRect) == milliseconds)
      let rows = card.textRect.y..<card.textRect.maxY
      let text = rows.flatMap { luma.samples[($0 * 1920 + card.textRect.x)..<($0 * 1920 + card.textRect.maxX)] }
      let ink = Double(text.count { $0 == 0 }) / Double(text.count)
      #expect(ink > 0.05 && ink < 0.4)
      #expect(text.allSatisfy { $0 == 0 || $0 == 255 })
    }
  }

  @Test(arguments: [(24, 0), (16, 8)])
  func `patches have their colours on a screen of depth 24 and 16`(depth: Int, tolerance: Int) async throws {
    let server = try await XServer(width: 320, height: 240, depth: depth)
    let runner = try SceneRunner(SceneOptions(scene: .testCard, display: server.display))
    try runner.step(milliseconds: 99)
    let shot = try Screenshot(display: server.display)
    for patch in TestCard(width: 320, height: 240).patches {
      let seen = shot.colour(x: patch.rect.x + 2, y: patch.rect.y + 2)
      #expect(abs(Int(seen.red) - Int(patch.red)) <= tolerance)
      #expect(abs(Int(seen.green) - Int(patch.green)) <= tolerance)
      #expect(abs(Int(seen.blue) - Int(patch.blue)) <= tolerance)
    }
    #expect(Barcode.decode(shot.luma, of: .testCard, screen: shot.size) == 99)
  }

  @Test(arguments: SceneName.allCases)
  func `each step shows its barcode, and the same seed gives the same pictures`(scene: SceneName) async throws {
    let server = try await XServer(width: 401, height: 301)
    func shots(seed: UInt64) throws -> [Screenshot] {
      let runner = try SceneRunner(SceneOptions(scene: scene, display: server.display, seed: seed))
      return try (0..<12).map { step in
        try runner.step(milliseconds: UInt32(step) * 1000)
        return try Screenshot(display: server.display)
      }
    }
    let first = try shots(seed: 5)
    for (step, shot) in first.enumerated() {
      #expect(Barcode.decode(shot.luma, of: scene, screen: shot.size) == UInt32(step) * 1000)
    }
    #expect(try shots(seed: 5) == first)
    #expect(try shots(seed: 6) != first)
  }

  @Test(arguments: [SceneName.typing, .scroll, .busy, .movingWindow])
  func `after 150 incremental steps the picture equals a full redraw`(scene: SceneName) async throws {
    let server = try await XServer(width: 640, height: 480)
    let runner = try SceneRunner(SceneOptions(scene: scene, display: server.display))
    for _ in 0..<150 { try runner.step(milliseconds: 7) }
    let parts = try Screenshot(display: server.display)
    try runner.redraw()
    #expect(try Screenshot(display: server.display) == parts)
  }

  @Test func `an unavailable display throws an error with exit code 69`() {
    #expect(throws: SceneError.displayUnavailable(":59999")) {
      try SceneRunner(SceneOptions(scene: .still, display: ":59999"))
    }
    #expect(SceneError.displayUnavailable(":59999").exitCode == 69)
  }
}
