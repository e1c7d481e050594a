#if canImport(Glibc)
  import Glibc
#endif

/// A thread with a name that `top -H`, `perf` and debuggers show, for work that blocks: X11, encoding, writing.
///
/// Tasks and actors never do such work: their pool has a thread per core, and one blocked thread stalls them all.
///
/// `@unchecked Sendable`: `handle` is written once, in `init`; `isJoined` only by the one caller of `join`.
public final class NamedThread: @unchecked Sendable {
  private let handle: pthread_t
  private var isJoined = false

  private final class Start {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Starts `body` on a thread of its own.
  /// - Parameters:
  ///   - name: at most 15 bytes are shown by the kernel.
  ///   - body: runs once; the thread ends with it.
  public init(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { raw in
        guard let raw else { return nil }
        let start = Unmanaged<Start>.fromOpaque(raw).takeRetainedValue()
        nameThisThread(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    // Fails only without threads or memory left; nothing can be recorded then.
    precondition(status == 0, "pthread_create failed with \(status)")
    handle = thread
  }

  deinit { if !isJoined { pthread_detach(handle) } }

  /// Waits until the body has returned. To be called at most once, and never from the thread itself. The resources of a thread
  /// that is not joined are freed when it has ended and this object is released.
  public func join() {
    isJoined = true
    pthread_join(handle, nil)
  }
}

/// Names the calling thread through `/proc`: `pthread_setname_np` needs `_GNU_SOURCE`, which Swift does not define.
private func nameThisThread(_ name: String) {
  let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
  guard file >= 0 else { return }
  let bytes = Array(name.utf8.prefix(15))
  _ = write(file, bytes, bytes.count)
  close(file)
}
