import ArgumentParser

/// What the benchmark measures, one after the other.
enum BenchPart: String, CaseIterable, Sendable, ExpressibleByArgument {
  /// From the screen's change to the viewer's picture.
  case delay
  /// What a handful of browsers cost.
  case viewers
  /// What hundreds of receivers cost that discard what they get.
  case fanout
  /// From opening the link of a still screen to its picture.
  case joins
}
