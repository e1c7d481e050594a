public import Media

/// Where and when the scene `SceneName.flash` flashes; used to draw and to measure.
public enum FlashField {
  /// The field is white for one step of this many, and black for the others: it turns white once a second, when a beep
  /// starts. The first flash is a second after the scene is ready.
  public static let stepsPerSecond = 4

  /// The field on a screen of this size.
  public static func rect(screen: PixelSize) -> PixelRect { SceneLayout(screen: screen).flashField }

  /// The field in a picture of the window alone.
  public static func rectInWindow(screen: PixelSize) -> PixelRect {
    let layout = SceneLayout(screen: screen)
    return layout.flashField.relative(toX: layout.flashWindow.x, y: layout.flashWindow.y)
  }

  /// Whether a step shows white.
  static func isLit(step: Int) -> Bool { step > 0 && step % stepsPerSecond == 0 }
}
