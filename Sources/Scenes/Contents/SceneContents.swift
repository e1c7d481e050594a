/// The contents and motion of a scene. Drawing only queues requests; the runner sends them at the end of a step.
protocol SceneContents {
  /// Draws the next step; `milliseconds` is the time for its barcode.
  func step(_ number: Int, milliseconds: UInt32)
  /// Redraws the last step, except for the background pixmaps that the server repaints itself.
  func redraw()
}
