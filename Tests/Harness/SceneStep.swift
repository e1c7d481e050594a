/// A step that a known desktop has drawn.
public struct SceneStep: Sendable, Hashable {
  /// Its number, from the start of the scene.
  public let step: Int
  /// What its barcode says: CLOCK_MONOTONIC in milliseconds, the low 32 bits.
  public let milliseconds: UInt32
}
