/// A step that a known desktop has drawn.
public struct SceneStep: Sendable, Hashable {
  /// Its number, from the start of the scene.
  public let step: Int
  /// What its barcode says: CLOCK_MONOTONIC in milliseconds, the low 32 bits.
  public let milliseconds: UInt32

  /// Seconds since it was drawn.
  public var age: Double {
    let now = UInt32(truncatingIfNeeded: MonotonicClock.nanoseconds / 1_000_000)
    return Double(Int32(bitPattern: now &- milliseconds)) / 1000
  }
}
