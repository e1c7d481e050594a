import ArgumentParser
import Oriel

/// The limits of a room server's clients.
struct RoomLimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The most connections at a time.", valueName: "number"))
  var maxConnections = ServerLimits().connections

  @Option(
    help: ArgumentHelp(
      "The most connections at a time from one address (in IPv6: one /64); four times as many from a /24 (IPv6: /48).",
      valueName: "number"))
  var maxConnectionsPerAddress = ServerLimits().connectionsPerAddress

  @Option(help: ArgumentHelp("The most rooms at a time.", valueName: "number"))
  var maxRooms = ServerLimits().rooms

  @Option(help: ArgumentHelp("The largest message.", valueName: "bytes"))
  var maxMessage = ServerLimits().messageBytes

  @Option(
    help: ArgumentHelp(
      """
      The most messages a second from one client, on average; ten times as many in a burst. Four times that for all \
      clients of one address.
      """, valueName: "number"))
  var messageRate = Int(ServerLimits().messages.perSecond)

  @Option(
    help: ArgumentHelp(
      "The most members a second that one client's messages are sent to, on average; twice as many in a burst.",
      valueName: "number"))
  var deliveryRate = Int(ServerLimits().deliveries.perSecond)

  func validate() throws {
    let all = [
      ("--max-connections", maxConnections, 1...1_000_000), ("--max-rooms", maxRooms, 1...1_000_000),
      ("--max-connections-per-address", maxConnectionsPerAddress, 1...1_000_000),
      ("--max-message", maxMessage, 1024...100_000_000), ("--message-rate", messageRate, 1...1_000_000),
      ("--delivery-rate", deliveryRate, 1...100_000_000),
    ]
    for (option, value, range) in all where !range.contains(value) {
      throw ValidationError("\(option) is a number from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  func apply(to limits: inout ServerLimits) {
    limits.connections = maxConnections
    limits.connectionsPerAddress = maxConnectionsPerAddress
    limits.connectionRate.burst = Double(max(maxConnectionsPerAddress * 2, 1000))
    limits.rooms = maxRooms
    limits.messageBytes = maxMessage
    limits.pendingBytes = max(limits.pendingBytes, maxMessage * 4)
    limits.messages = Allowance(perSecond: Double(messageRate), burst: Double(messageRate) * 10)
    // A client that polls makes two requests for each message that is answered.
    limits.requests = Allowance(perSecond: Double(messageRate) * 2, burst: Double(messageRate) * 20)
    limits.deliveries = Allowance(perSecond: Double(deliveryRate), burst: Double(deliveryRate) * 2)
  }
}
