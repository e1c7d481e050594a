internal import NIOCore
internal import NIOHTTP1
internal import RoomProtocol

extension ServerState {
  /// Checks a request's rate, host and origin.
  func admit(_ head: HTTPRequestHead, _ connection: ServerConnection) -> Result<HTTPRequest, AccessRefusal> {
    let client = ClientAddress(
      peer: connection.remoteAddress, forwardedFor: head.headers["X-Forwarded-For"],
      trusted: configuration.trustedProxies)
    connection.client = client
    guard admits(requestOf: client) else {
      return .failure(AccessRefusal(.text(.tooManyRequests, "There are too many requests from there; wait a minute.")))
    }
    guard head.uri.utf8.count <= 4096, head.uri.first == "/", head.headers["Host"].count == 1,
      let host = head.headers.first(name: "Host").flatMap({ Authority($0) })
    else {
      refused(.badRequest, client)
      return .failure(AccessRefusal(.text(.badRequest, "This request has no valid host or path.")))
    }
    var forwarded: ForwardedRequest?
    if connection.isProxy {
      forwarded = ForwardedRequest(head.headers, host: host)
      guard forwarded != nil else {
        refused(.badRequest, client)
        return .failure(AccessRefusal(.text(.badRequest, "The proxy's X-Forwarded-Host is no host's name.")))
      }
    }
    // A proxy may pass on the client's own X-Forwarded-Host: both hosts must be allowed.
    for name in [host, forwarded?.authority].compactMap(\.self) {
      guard hosts.serves(name, local: connection.localAddress) else { return .failure(refuseHost(name, client)) }
    }
    let origin = head.headers.first(name: "Origin")
    let verdict =
      head.headers["Origin"].count > 1 ? .foreign : origins.judge(origin, host: host, forwarded: forwarded)
    guard verdict != .foreign else { return .failure(refuseOrigin(origin ?? "", client)) }
    let end = head.uri.firstIndex { $0 == "?" || $0 == "#" } ?? head.uri.endIndex
    // A foreign page can make its visitor's browser load a URL as an image, which sends no `Origin`. Such requests would use up
    // the connections of the visitor's address.
    if origin == nil, isSocketIO(head.uri[..<end]), let site = head.headers.first(name: "Sec-Fetch-Site"),
      ["cross-site", "same-site"].contains(site)
    {
      return .failure(refuseOrigin("", client))
    }
    return .success(
      HTTPRequest(
        method: head.method, path: head.uri[..<end], query: head.uri[end...].dropFirst(), headers: head.headers,
        host: forwarded?.authority ?? host, origin: verdict, client: client,
        isSecure: connection.isSecure || forwarded?.isSecure == true, isProxied: connection.isProxy))
  }

  private func refuseHost(_ host: Authority, _ client: ClientAddress) -> AccessRefusal {
    let remedy = "\(configuration.settingNames.hostNames) \(Authority(host: host.host, port: nil))"
    refused(.host, client, "\(host.host); let in by \(remedy)")
    return AccessRefusal(
      .text(
        .misdirectedRequest,
        "This server does not answer to the name \(host.host); start it with \(remedy) to have it do so."))
  }

  private func refuseOrigin(_ origin: String, _ client: ClientAddress) -> AccessRefusal {
    guard let remedy = OriginRule.remedy(for: origin, configuration.settingNames) else {
      refused(.origin, client, origin)
      return AccessRefusal(.text(.forbidden, "This server refuses pages of unknown origin."))
    }
    refused(.origin, client, "\(origin); let in by \(remedy)")
    let page = origin == "null" ? "a page without an origin" : "a page of \(OriginRule.normalized(origin) ?? "")"
    return AccessRefusal(
      .text(.forbidden, "This server does not let \(page) in; start it with \(remedy) to have it do so."))
  }

  private func isSocketIO(_ path: Substring) -> Bool {
    path == configuration.path || path == configuration.path.dropLast()
  }

  /// The largest request body in bytes: that of a message in the request's session.
  func bodyBytes(of request: HTTPRequest) -> Int {
    guard request.method == .POST, isSocketIO(request.path),
      let id = (try? EngineIORequest(query: request.query))?.sessionID, let session = sessions[id]
    else { return configuration.limits.firstMessageBytes }
    return session.messageBytes
  }

  /// Answers a request, immediately or later.
  func route(_ exchange: HTTPExchange, _ connection: ServerConnection) {
    let request = exchange.request
    if isSocketIO(request.path) {
      routeEngineIO(exchange)
    } else {
      let answer = routes?(request, self) ?? .text(.notFound, "There is nothing here.")
      guard let delay = answer.delay else { return exchange.answer(answer) }
      eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { exchange.answer(answer) }
    }
  }

  private func routeEngineIO(_ exchange: HTTPExchange) {
    let request = exchange.request
    if request.method == .OPTIONS { return exchange.answer(HTTPResponse(.noContent)) }
    do throws(EngineIORefusal) {
      let query = try EngineIORequest(query: request.query)
      guard query.transport == .polling else { throw .badRequest }
      guard let id = query.sessionID else {
        guard request.method == .GET else { throw .badHandshakeMethod }
        guard let session = makeSession(query, client: request.client) else { return exchange.answer(.full) }
        return session.open(poll: exchange)
      }
      guard let session = sessions[id] else { throw .unknownSession }
      switch request.method {
      case .GET: session.receivedPoll(exchange)
      case .POST: session.receivedPost(exchange)
      default: throw .badRequest
      }
    } catch {
      exchange.answer(.refusal(error))
    }
  }

  /// Checks whether a request may become a WebSocket.
  /// - Returns: what to do with the WebSocket once it is open.
  func acceptWebSocket(_ request: HTTPRequest) -> Result<(WebSocketHandler) -> Void, AccessRefusal> {
    guard isSocketIO(request.path) else {
      return .failure(AccessRefusal(.text(.notFound, "There is nothing here.")))
    }
    do throws(EngineIORefusal) {
      let query = try EngineIORequest(query: request.query)
      guard query.transport == .webSocket else { throw .badRequest }
      guard let id = query.sessionID else {
        guard let session = makeSession(query, client: request.client) else {
          return .failure(AccessRefusal(.full))
        }
        return .success { session.open(webSocket: $0) }
      }
      guard let session = sessions[id] else { throw .unknownSession }
      if let refusal = session.acceptWebSocket() { throw refusal }
      return .success { session.attach($0) }
    } catch {
      return .failure(AccessRefusal(error))
    }
  }
}

extension HTTPResponse {
  static let full = HTTPResponse.text(.serviceUnavailable, "There are too many connections; try again later.")
}
