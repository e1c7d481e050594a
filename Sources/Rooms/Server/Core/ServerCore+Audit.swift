internal import NIOCore
internal import RoomProtocol

extension ServerCore {
  /// Refusals that the log takes: who is refused can be refused very often.
  static let auditedRefusals = Allowance(perSecond: 50, burst: 1000)

  /// Writes who was refused into the log. Secrets have no place among `members`.
  func audit(refused reason: String, _ client: ClientAddress, _ members: [(String, JSONValue)] = []) {
    guard let audit = configuration.audit else { return }
    guard auditRate.takeIfThere(1, Self.auditedRefusals, now: now) else { return audit.lose() }
    // The address and the reason come first: what strangers say stands behind them.
    audit.write("refused", [("address", .string(client.address)), ("reason", .string(reason))] + members)
  }
}
