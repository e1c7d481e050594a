import Harness
import Synchronization

/// The largest memory of a program while it runs, looked up twice a second.
///
/// The kernel's own figure for an ended process would count memory of the process that started it.
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

  /// Looks a last time, and gives the peak in bytes.
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
