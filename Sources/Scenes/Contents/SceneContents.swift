/// What a scene shows and how it moves. All drawing only queues requests; the runner sends them at a step's end.
protocol SceneContents {
  /// Draws one step further; `milliseconds` is the time for its barcode.
  func step(_ number: Int, milliseconds: UInt32)
  /// Draws everything that the server does not keep by itself, as it was last.
  func redraw()
}
