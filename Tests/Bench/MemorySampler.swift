import Harness
import Synchronization

/// Measures a program's peak memory while it runs, by sampling twice a second.
///
/// The kernel's own figure for an ended process would include memory of the process that started it.
final class MemorySampler: Sendable {
  private let peak = Mutex(0)
  private let program: Program
  private let task = Mutex<Task<Void, any Error>?>(nil)

  init(of program: Program) {
    self.program = program
    let task = Task { [weak self] in
      while true {
        try await Task.sleep(for: .milliseconds(500))
        self?.sample()
      }
    }
    self.task.withLock { $0 = task }
  }

  deinit { task.withLock { $0?.cancel() } }

  /// Samples a last time and returns the peak in bytes.
  func stop() -> Int {
    task.withLock { $0?.cancel() }
    sample()
    return peak.withLock { $0 }
  }

  private func sample() {
    let bytes = program.resourceUse.peakResidentBytes
    peak.withLock { $0 = max($0, bytes) }
  }
}
