import ArgumentParser

/// The parts of the benchmark, in the order in which they run.
enum BenchPart: String, CaseIterable, Sendable, ExpressibleByArgument {
  /// The time from a change on the screen to the viewer's picture.
  case delay
  /// The cost of a few browsers.
  case viewers
  /// The cost of hundreds of receivers that discard the media.
  case fanout
  /// The time from joining the room of a still screen to its picture.
  case joins
}
