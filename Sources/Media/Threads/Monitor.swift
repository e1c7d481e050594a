#if canImport(Glibc)
  import Glibc
#endif

/// A value behind a lock, with a condition to wait on. Named threads pass values to each other through it.
///
/// Waiting is by `CLOCK_MONOTONIC`, so that a stepped wall clock does not change deadlines.
/// `@unchecked Sendable`: `value` is accessed only with `mutex` held.
public final class Monitor<Value>: @unchecked Sendable {
  private var value: Value
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  public init(_ value: sending Value) {
    self.value = value
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    condition = .allocate(capacity: 1)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    condition.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` with the lock held. Keep it short, and call nothing that may take another lock.
  public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }

  /// Runs `body` with the lock held, then wakes all waiting threads.
  public func update<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }
    return try body(&value)
  }

  /// Runs `body` until it returns a value, waiting in between for an `update`; nil when `deadline` passes first.
  public func wait<Result>(
    until deadline: MediaTime? = nil, _ body: (inout Value) throws -> Result?
  ) rethrows -> Result? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = try body(&value) { return result }
      if let deadline {
        var time = timespec()
        time.tv_sec = Int(deadline.nanoseconds / 1_000_000_000)
        time.tv_nsec = Int(deadline.nanoseconds % 1_000_000_000)
        if pthread_cond_timedwait(condition, mutex, &time) == ETIMEDOUT { return try body(&value) }
      } else {
        pthread_cond_wait(condition, mutex)
      }
    }
  }
}
