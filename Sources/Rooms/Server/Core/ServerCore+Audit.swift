internal import NIOCore
internal import RoomProtocol

extension ServerCore {
  /// The limit of refusals in the audit log: a refused client can cause very many.
  static let auditedRefusals = Allowance(perSecond: 50, burst: 1000)

  /// Writes a refusal to the audit log. `members` must not contain secrets.
  func audit(refused reason: String, _ client: ClientAddress, _ members: [(String, JSONValue)] = []) {
    guard let audit = configuration.audit else { return }
    guard auditRate.takeIfAvailable(1, Self.auditedRefusals, now: now) else { return audit.countLost() }
    // The address and the reason come before text that the client chose.
    audit.write("refused", [("address", .string(client.address)), ("reason", .string(reason))] + members)
  }
}
