/// A step drawn by a scene.
package struct SceneStep: Sendable, Hashable {
  /// Its number, from the start of the scene.
  package let step: Int
  /// Its barcode's time: the low 32 bits of CLOCK_MONOTONIC in milliseconds.
  package let milliseconds: UInt32

  /// Seconds since it was drawn.
  package var age: Double {
    let now = UInt32(truncatingIfNeeded: MonotonicClock.nanoseconds / 1_000_000)
    return Double(Int32(bitPattern: now &- milliseconds)) / 1000
  }
}
