package import Media

/// The names of the scenes.
package enum SceneName: String, CaseIterable, Sendable {
  /// A still desktop on which a clock ticks once a second.
  case idleClock = "idle-clock"
  /// A full page in an editor, typed into at ten keys a second; lines wrap and the page scrolls.
  case typing
  /// A document that scrolls by a few pixels a step.
  case scroll
  /// A window of text dragged over a desktop with content.
  case movingWindow = "moving-window"
  /// A 1280×720 picture that moves, in a player's window.
  case video
  /// The same kind of picture over the whole screen.
  case fullMotion = "full-motion"
  /// Typing, a scrolling log, a small video and a clock at once.
  case busy
  /// Colour patches, fine text and a barcode that is redrawn at each step.
  case testCard = "test-card"
  /// The idle desktop without any motion; its barcode is the time it was drawn.
  case still
  /// A large field in a window of its own, white for a quarter of each second and black otherwise, with a beep when it turns
  /// white.
  case flash = "flash-and-beep"

  /// What the scene shows, in one line.
  package var summary: String {
    switch self {
    case .idleClock: "a still desktop, a clock ticks once a second"
    case .typing: "an editor, ten keys a second"
    case .scroll: "a document that scrolls"
    case .movingWindow: "a window dragged over a desktop"
    case .video: "a 1280x720 video in a window"
    case .fullMotion: "a video over the whole screen"
    case .busy: "typing, a scrolling log, a small video and a clock at once"
    case .testCard: "colour patches, fine text and a barcode of the time"
    case .still: "the desktop with nothing moving"
    case .flash: "a white flash and a beep at the same moment, once a second"
    }
  }

  /// Steps per second at a requested rate of `fps`; zero if nothing moves.
  ///
  /// Ticking and typing have their own rates, independent of `fps`.
  package func stepsPerSecond(fps: Int) -> Int {
    switch self {
    case .idleClock: 1
    case .typing: 10
    case .still: 0
    case .flash: FlashField.stepsPerSecond
    case .scroll, .movingWindow, .video, .fullMotion, .busy, .testCard: fps
    }
  }

  /// Where the scene draws its barcode on a screen of this size: beside or inside what moves.
  package func barcodeRect(screen: PixelSize) -> PixelRect {
    let layout = SceneLayout(screen: screen)
    return switch self {
    case .idleClock, .still: layout.clockBarcode
    case .typing: layout.editor.barcode
    case .scroll: layout.document.barcode
    case .movingWindow: layout.draggedBarcode
    case .video: layout.player.barcode
    case .fullMotion: layout.cornerBarcode
    case .busy: layout.busyPlayer.barcode
    case .testCard: TestCard(width: screen.width, height: screen.height).barcodeRect
    case .flash: layout.flashBarcode
    }
  }
}
