/// The known desktops.
public enum SceneName: String, CaseIterable, Sendable {
  /// A still desktop on which a clock ticks once a second.
  case idleClock = "idle-clock"
  /// An editor full of text in which ten keys are struck a second; lines wrap and the page scrolls.
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
  /// The idle desktop with nothing moving at all; its one barcode tells when it was drawn.
  case still
  /// A large field that turns white for a quarter of each second, on black, in a window of its own, and a beep at the same
  /// moments.
  case flash = "flash-and-beep"

  /// What the scene shows, in one line.
  public var summary: String {
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

  /// How many steps a second the scene draws when `fps` is asked for; zero where nothing moves.
  ///
  /// A clock ticks and a person types at their own rate, whatever the frame rate.
  public func stepsPerSecond(fps: Int) -> Int {
    switch self {
    case .idleClock: 1
    case .typing: 10
    case .still: 0
    case .flash: FlashField.stepsPerSecond
    case .scroll, .movingWindow, .video, .fullMotion, .busy, .testCard: fps
    }
  }
}
