import Oriel

/// Calls `action` once, at the time that was set last.
struct Alarm {
  private let action: @Sendable () -> Void
  private var task: Task<Void, Never>?

  init(_ action: @escaping @Sendable () -> Void) { self.action = action }

  mutating func set(_ time: MediaTime) {
    task?.cancel()
    let wait = max(0, time.nanoseconds - MediaTime.now.nanoseconds)
    task = Task { [action] in
      try? await Task.sleep(for: .nanoseconds(wait))
      if !Task.isCancelled { action() }
    }
  }

  func cancel() { task?.cancel() }
}
