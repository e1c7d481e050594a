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
