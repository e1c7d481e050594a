internal import CNice
internal import Media
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#endif

/// The one thread of all connections: a GLib main loop that runs libnice's agents, DTLS, SRTP and the actors of peer
/// connections, so that a packet on its way meets no lock and no other thread.
///
/// It starts on first use and then stays; with nothing to do it sleeps without a single wake-up. Whatever lives here must
/// never block.
///
/// `@unchecked Sendable`: `context` is GLib's, used by this thread alone but for `g_main_context_wakeup`, which is meant for
/// others; `timers` and `deferred` are touched on the thread only.
public final class RTCThread: SerialExecutor, @unchecked Sendable {
  private enum Job {
    case executor(UnownedJob)
    case closure(@Sendable () -> Void)
  }

  /// The thread all connections share.
  public static let shared = RTCThread()

  let context: OpaquePointer
  private let jobs = Monitor<[Job]>([])
  private let identity = Atomic<UInt>(0)
  private let timers = TimerHeap()
  private var deferred: [() -> Void] = []

  /// A thread beside the shared one, which never ends either: for measurements, where the peers' work is not to be counted.
  init(name: String = "oriel-rtc") {
    context = g_main_context_new()
    // What libnice warns of on standard error, such as a server's name without an address, is told in Oriel's own ways.
    g_log_set_handler("libnice", GLogLevelFlags(G_LOG_LEVEL_WARNING.rawValue), { _, _, _, _ in }, nil)
    _ = NamedThread(name) { [self] in run() }
  }

  /// Whether the caller is on this thread.
  public var isCurrent: Bool { identity.load(ordering: .relaxed) == UInt(pthread_self()) }

  /// Runs `body` on this thread, after all that was posted before. For control: the queue has no bound, so data that
  /// come from outside go through an `RTCInbox`.
  public func post(_ body: @escaping @Sendable () -> Void) { add(.closure(body)) }

  /// Runs `body` on this thread, soon, but not within the call that is under way. On the thread only.
  func later(_ body: @escaping () -> Void) { deferred.append(body) }

  func schedule(_ timer: RTCTimer) { timers.schedule(timer) }
  func cancel(_ timer: RTCTimer) { timers.cancel(timer) }

  public func enqueue(_ job: consuming ExecutorJob) { add(.executor(UnownedJob(job))) }

  public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  public func checkIsolated() { precondition(isCurrent, "not on the thread oriel-rtc") }

  public func isIsolatingCurrentContext() -> Bool? { isCurrent }

  private func add(_ job: Job) {
    let isFirst = jobs.withLock { jobs in
      jobs.append(job)
      return jobs.count == 1
    }
    if isFirst, !isCurrent { g_main_context_wakeup(context) }
  }

  private func run() {
    identity.store(UInt(pthread_self()), ordering: .relaxed)
    g_main_context_push_thread_default(context)
    // A source of no other kind than its ready time: it ends the sleep when the first timer is due.
    let alarm = oriel_source_new { source, _, _ in
      g_source_set_ready_time(source, -1)
      return 1
    }
    g_source_set_priority(alarm, -100)
    g_source_attach(alarm, context)
    while true {
      let isIdle = turn()
      if isIdle { g_source_set_ready_time(alarm, timers.first.map { Int(($0.nanoseconds + 999) / 1000) } ?? -1) }
      g_main_context_iteration(context, isIdle ? 1 : 0)
    }
  }

  /// Does what has come up, once, and says whether nothing is left to do.
  private func turn() -> Bool {
    let taken = jobs.withLock { jobs in
      defer { jobs.removeAll(keepingCapacity: true) }
      return jobs
    }
    for job in taken {
      switch job {
      case .executor(let job): job.runSynchronously(on: asUnownedSerialExecutor())
      case .closure(let body): body()
      }
    }
    timers.fire()
    if !deferred.isEmpty {
      let bodies = deferred
      deferred.removeAll(keepingCapacity: true)
      for body in bodies { body() }
    }
    return deferred.isEmpty && jobs.withLock(\.isEmpty)
  }
}
