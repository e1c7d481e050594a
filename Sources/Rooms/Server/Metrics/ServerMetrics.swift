/// A server's counters, in Prometheus' text format 0.0.4.
struct ServerMetrics {
  var connectionsTotal = 0
  var webSocketsTotal = 0
  var sessionsTotal = 0
  var requestsTotal = 0
  var upgradesTotal = 0
  var messagesReceived = 0
  var messagesSent = 0
  var bytesReceived = 0
  var bytesSent = 0
  var eventsReceived = 0
  var slowReaders = 0
  var throttled = 0
  var refused: [Refusal: Int] = [:]

  /// - Parameter gauges: current values, added before the counters.
  func text(gauges: [(name: String, help: String, value: Int)]) -> String {
    var text = ""
    for gauge in gauges { text += Self.metric(gauge.name, "gauge", gauge.help, gauge.value) }
    let counters = [
      ("connections_total", "Connections accepted.", connectionsTotal),
      ("websockets_total", "Connections that became a WebSocket.", webSocketsTotal),
      ("sessions_total", "Engine.IO sessions opened.", sessionsTotal),
      ("upgrades_total", "Sessions that went from polling to a WebSocket.", upgradesTotal),
      ("http_requests_total", "HTTP requests.", requestsTotal),
      ("events_received_total", "Socket.IO events received.", eventsReceived),
      ("messages_received_total", "Engine.IO messages received.", messagesReceived),
      ("messages_sent_total", "Packets sent, one for each receiver.", messagesSent),
      ("bytes_received_total", "Bytes received, without TLS.", bytesReceived),
      ("bytes_sent_total", "Bytes sent, without TLS.", bytesSent),
      ("slow_readers_total", "Clients disconnected because they did not read what was sent.", slowReaders),
      ("throttled_total", "Times that a client was slowed down.", throttled),
    ]
    for (name, help, value) in counters { text += Self.metric(name, "counter", help, value) }
    text += "# HELP oriel_refused_total What was refused, by reason.\n# TYPE oriel_refused_total counter\n"
    for reason in Refusal.allCases {
      text += "oriel_refused_total{reason=\"\(reason.rawValue)\"} \(refused[reason] ?? 0)\n"
    }
    return text
  }

  private static func metric(_ name: String, _ type: String, _ help: String, _ value: Int) -> String {
    "# HELP oriel_\(name) \(help)\n# TYPE oriel_\(name) \(type)\noriel_\(name) \(value)\n"
  }
}

/// Why something was refused or disconnected: the `reason` in the log and in the metrics.
enum Refusal: String, CaseIterable {
  case connections, connectionsPerAddress, connectionRate, requestRate
  case host, origin, badRequest, headTooLarge, bodyTooLarge, timeout
  case frameTooLarge, invalidFrame, invalidPacket, flood, slowReader, unfinished
  case token, rooms, role, request, metrics
}
