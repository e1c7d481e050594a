internal import CNice
internal import Media
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#endif

/// The one thread of all connections: a GLib main loop that runs libnice's agents, DTLS, SRTP and the actors of peer
/// connections, so that a packet needs no lock and no change of thread.
///
/// It starts on first use and runs until the process ends; when idle it sleeps without a single wake-up. Code on this thread
/// must never block.
///
/// `@unchecked Sendable`: only this thread uses `context`, except for `g_main_context_wakeup`, which GLib allows from other
/// threads; only this thread touches `timers` and `deferred`.
public final class NetworkThread: SerialExecutor, @unchecked Sendable {
  private enum Job {
    case executor(UnownedJob)
    case closure(@Sendable () -> Void)
  }

  /// The thread all connections share.
  public static let shared = NetworkThread()

  let context: OpaquePointer
  private let jobs = Monitor<[Job]>([])
  private let identity = Atomic<UInt>(0)
  private let timers = TimerHeap()
  private var deferred: [() -> Void] = []

  /// A second thread, which never ends either: for measurements that must not include the peers' work.
  init(name: String = "oriel-rtc") {
    context = g_main_context_new()
    // Silences libnice's warnings on standard error, such as a server name without an address: Oriel reports these itself.
    g_log_set_handler("libnice", GLogLevelFlags(G_LOG_LEVEL_WARNING.rawValue), { _, _, _, _ in }, nil)
    _ = NamedThread(name) { [self] in run() }
  }

  /// Whether the caller is on this thread.
  public var isCurrent: Bool { identity.load(ordering: .relaxed) == UInt(pthread_self()) }

  /// Runs `body` on this thread, in the order of the calls. For control only: the queue has no bound, so data from outside
  /// go through a `NetworkInbox`.
  public func post(_ body: @escaping @Sendable () -> Void) { add(.closure(body)) }

  /// Runs `body` after the current call, in the same turn of the thread or the next. On the thread only.
  func later(_ body: @escaping () -> Void) { deferred.append(body) }

  func schedule(_ timer: NetworkTimer) { timers.schedule(timer) }
  func cancel(_ timer: NetworkTimer) { timers.cancel(timer) }

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
    // A source with nothing but a ready time: it ends the sleep when the first timer is due.
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

  /// Runs pending jobs, due timers and deferred closures once. Returns true when idle.
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

/// The global actor of the `NetworkThread`. All peer connections and their parts are isolated to this one actor, rather than
/// each being an actor of its own, so that they can call each other without a hop: one encoded frame goes to all viewers in
/// one turn of the thread.
@globalActor public actor NetworkThreadActor {
  public static let shared = NetworkThreadActor()

  nonisolated public var unownedExecutor: UnownedSerialExecutor { NetworkThread.shared.asUnownedSerialExecutor() }

  /// Runs `body` at once, as `MainActor.assumeIsolated` does; for callbacks that are called on the thread.
  /// - Precondition: the caller is on the `NetworkThread`.
  static func assumeIsolated<Result>(_ body: @NetworkThreadActor () throws -> Result) rethrows -> Result {
    NetworkThread.shared.checkIsolated()
    return try withoutActuallyEscaping(body) { body in
      // The two types differ in isolation only, which has just been checked.
      try unsafeBitCast(body, to: (() throws -> Result).self)()
    }
  }
}
