import Oriel

/// Calls back once, at the time it was last set to.
struct Alarm {
  private let ring: @Sendable () -> Void
  private var task: Task<Void, Never>?

  init(_ ring: @escaping @Sendable () -> Void) { self.ring = ring }

  mutating func set(_ time: MediaTime) {
    task?.cancel()
    let wait = max(0, time.nanoseconds - MediaTime.now.nanoseconds)
    task = Task { [ring] in
      try? await Task.sleep(for: .nanoseconds(wait))
      if !Task.isCancelled { ring() }
    }
  }

  func cancel() { task?.cancel() }
}
