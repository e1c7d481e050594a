/// Where everything of all connections happens: the `RTCThread`. Peer connections and what belongs to them are isolated to this
/// one actor, rather than each being an actor of its own, so that what happens to one can touch another without a hop: one
/// encoded frame goes to all viewers in one turn.
@globalActor public actor RTCActor {
  public static let shared = RTCActor()

  nonisolated public var unownedExecutor: UnownedSerialExecutor { RTCThread.shared.asUnownedSerialExecutor() }

  /// Runs `body` at once, as `MainActor.assumeIsolated` does; for callbacks that come on the thread.
  /// - Precondition: the caller is on the `RTCThread`.
  static func assumeIsolated<Result>(_ body: @RTCActor () throws -> Result) rethrows -> Result {
    RTCThread.shared.checkIsolated()
    return try withoutActuallyEscaping(body) { body in
      // The isolation is the only difference of the two types, and it has just been checked.
      try unsafeBitCast(body, to: (() throws -> Result).self)()
    }
  }
}
