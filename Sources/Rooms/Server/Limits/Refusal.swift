/// Why something was refused or disconnected: the `reason` in the log and in the metrics.
enum Refusal: String, CaseIterable {
  case connections, connectionsPerAddress, connectionRate, requestRate
  case host, origin, badRequest, headTooLarge, bodyTooLarge, timeout
  case frameTooLarge, invalidFrame, invalidPacket, flood, slowReader, unfinished
  case token, rooms, role, request, metrics
}
