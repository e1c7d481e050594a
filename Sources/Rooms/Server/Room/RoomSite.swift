internal import NIOCore
internal import NIOHTTP1
internal import RoomPage
internal import RoomProtocol

/// The HTTP resources besides Socket.IO: the page and its files, health and metrics.
struct RoomSite: Sendable {
  private let page: (ByteBuffer, type: String)
  private let assets: [Substring: (ByteBuffer, type: String)]
  private let metricsToken: Secret?
  /// Whether loopback is a trusted proxy: an unmarked request from this machine may then come from elsewhere.
  private let trustsLoopback: Bool
  private let framing: [String]

  init(_ configuration: RoomServerConfiguration) {
    func encoded(_ file: ViewerPage.File) -> (ByteBuffer, type: String) {
      (ByteBuffer(bytes: file.content), file.contentType)
    }
    page = encoded(ViewerPage.index(socketPath: configuration.server.path))
    var assets: [Substring: (ByteBuffer, type: String)] = [:]
    for name in ViewerPage.assets.keys { assets[Substring(name)] = ViewerPage.asset(name).map(encoded) }
    self.assets = assets
    metricsToken = configuration.metricsToken
    framing = configuration.server.framingOrigins.compactMap(OriginRule.normalized)
    let proxies = configuration.server.trustedProxies
    trustsLoopback = ["127.0.0.1", "::1"].compactMap(ClientAddress.bytes).contains { address in
      proxies.contains { $0.contains(address) }
    }
  }

  func answer(_ request: HTTPRequest, _ server: ServerState, rooms: RoomHost) -> HTTPResponse? {
    guard [.GET, .HEAD].contains(request.method) else {
      return HTTPResponse(.methodNotAllowed, ["Allow": "GET, HEAD"])
    }
    let parts = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    switch (parts.first, parts.dropFirst().first, parts.count) {
    case ("healthz", nil, 1): return server.isStopping ? .text(.serviceUnavailable, "stopping") : .text(.ok, "ok")
    case ("metrics", nil, 1): return metrics(request, server, rooms)
    case ("room", let name?, 2):
      guard RoomName(String(name)) != nil else {
        return .text(.notFound, "That is no room's name: it has 1 to 64 letters, digits, _ and -.")
      }
      return file(page, request)
    case ("assets", let name?, 2): return assets[name].map { file($0, request) }
    default: return .text(.notFound, "There is nothing here. Rooms are at /room/NAME.")
    }
  }

  private func file(_ file: (ByteBuffer, type: String), _ request: HTTPRequest) -> HTTPResponse {
    var response = HTTPResponse(.ok, ["Content-Type": file.type], body: file.0)
    for (name, value) in ViewerPage.headers(authority: request.host.description, framing: framing) {
      response.headers.replaceOrAdd(name: name, value: value)
    }
    return response
  }

  private func metrics(_ request: HTTPRequest, _ server: ServerState, _ rooms: RoomHost) -> HTTPResponse {
    guard mayReadMetrics(request) else {
      server.refused(.metrics, request.client)
      var refusal = HTTPResponse.text(.forbidden, "Metrics are available from this machine only, or with their token.")
      if metricsToken != nil { refusal.delay = server.wrongToken(of: request.client).delay }
      return refusal
    }
    let text = server.metrics.text(gauges: [
      ("connections", "Open connections.", server.connections.count),
      ("sessions", "Open Engine.IO sessions.", server.sessions.count),
      ("clients", "Connected Socket.IO clients.", server.socketCount),
      ("rooms", "Rooms with someone in them.", rooms.roomCount),
      ("members", "Clients that are in a room.", rooms.memberCount),
    ])
    return HTTPResponse(.ok, type: "text/plain; version=0.0.4; charset=utf-8", body: ByteBuffer(string: text))
  }

  private func mayReadMetrics(_ request: HTTPRequest) -> Bool {
    if let metricsToken {
      let header = request.headers.first(name: "Authorization") ?? ""
      return header.hasPrefix("Bearer ") && metricsToken.matches(String(header.dropFirst(7)))
    }
    // A request forwarded by a proxy on this machine comes from elsewhere.
    let isForwarded = request.headers.contains(name: "X-Forwarded-For") || request.headers.contains(name: "Forwarded")
    return request.client.isLoopback && (isForwarded ? request.isProxied : !trustsLoopback)
  }
}
