internal import CNice
internal import Media
internal import SDP

extension ICEAgent {
  /// Begins to look for local candidates, which the delegate gets as they come.
  func gather() {
    guard let agent, !hasBegun else { return }
    hasBegun = true
    let given = configuration.localAddresses.compactMap { IPAddress($0) }
    let addresses = given.isEmpty ? IPAddress.ofThisMachine() : given
    for address in addresses.prefix(Int(NICE_CANDIDATE_MAX_LOCAL_ADDRESSES)) {
      var address = address.niceAddress(port: 0)
      nice_agent_add_local_address(agent, &address)
    }
    guard !addresses.isEmpty else {
      return failToGather("This machine has no network address that a peer could reach.")
    }
    servers.onError = { [weak self] error in
      if let self { delegate?.agent(self, failedToUse: error) }
    }
    servers.onProgress = { [weak self] in self?.finishIfSettled() }
    servers.begin(
      stun: { [weak self] entry in self?.startLibnice(stun: entry) },
      turn: { [weak self] entry in
        guard let self else { return }
        if isGatheringInLibnice { addRelay(entry) } else { earlyRelays.append(entry) }
      })
  }

  private func startLibnice(stun entry: ICEServers.Entry?) {
    guard let agent else { return }
    if let entry, let address = entry.addresses.first {
      oriel_nice_set_string(agent, "stun-server", address.description)
      oriel_nice_set_uint(agent, "stun-server-port", guint(entry.url.port))
    }
    isGatheringInLibnice = true
    for entry in earlyRelays { addRelay(entry) }
    earlyRelays = []
    // libnice may finish within the call below and start the check of silent servers, so its timer starts before.
    let timer = NetworkTimer(thread: thread) { [weak self] _ in self?.timeIsUp() }
    timer.deadline = .now + Self.checkDelay
    gatheringTimer = timer
    guard nice_agent_gather_candidates(agent, stream) != 0 else {
      return failToGather(
        configuration.portRange.map {
          "No port from \($0.lowerBound) to \($0.upperBound) is free: configure a wider range."
        } ?? "No socket could be opened on this machine's addresses.")
    }
    limitSTUN(of: agent)
  }

  /// Drops STUN messages that are longer than an honest peer's before libnice gets them: libnice copies a check's USERNAME into
  /// its response, and aborts the process if the response exceeds 1300 bytes. The filter does not cover relays over TCP.
  /// Source: `stun_usage_ice_conncheck_create_reply` in libnice 0.1.21.
  private func limitSTUN(of agent: OpaquePointer) {
    guard let sockets = nice_agent_get_sockets(agent, stream, Self.component) else { return }
    defer { g_ptr_array_unref(sockets) }
    for index in 0..<Int(sockets.pointee.len) {
      guard let socket = sockets.pointee.pdata[index]?.assumingMemoryBound(to: GSocket.self),
        g_socket_get_socket_type(socket) == G_SOCKET_TYPE_DATAGRAM
      else { continue }
      _ = oriel_limit_stun(g_socket_get_fd(socket), Self.longestSTUN)
    }
  }

  private func addRelay(_ entry: ICEServers.Entry) {
    guard let agent else { return }
    for address in entry.addresses {
      libniceIsDone = false
      nice_agent_set_relay_info(
        agent, stream, Self.component, address.description, guint(entry.url.port), entry.server.username ?? "",
        entry.server.credential ?? "",
        entry.url.transport == .udp ? NICE_RELAY_TYPE_TURN_UDP : NICE_RELAY_TYPE_TURN_TCP)
    }
  }

  private func timeIsUp() {
    if isChecking { return finishGathering() }
    isChecking = true
    servers.checkRemaining()
    gatheringTimer?.deadline = .now + Self.gatheringLimit
    finishIfSettled()
  }

  func libniceFinished() {
    libniceIsDone = true
    if !isChecking, !servers.isLookingUp {
      isChecking = true
      servers.checkRemaining()
    }
    finishIfSettled()
  }

  /// Ends gathering when libnice has finished, and each server has given a candidate or its failure is explained.
  private func finishIfSettled() {
    guard isGatheringInLibnice, !servers.isLookingUp, servers.isSettled else { return }
    if libniceIsDone || (isChecking && !servers.mayStillGive) { finishGathering() }
  }

  private func failToGather(_ reason: String) {
    delegate?.agent(self, failedToUse: .init(url: "", errorCode: RTCIceCandidateError.unreachable, errorText: reason))
    finishGathering()
  }

  private func finishGathering() {
    guard !isGathered else { return }
    isGathered = true
    gatheringTimer?.deadline = nil
    gatheringTimer = nil
    servers.cancel()
    delegate?.agentFinishedGathering(self)
  }

  func gathered(_ candidate: UnsafeMutablePointer<NiceCandidate>) {
    // The end of gathering has been reported already.
    guard !isGathered else { return }
    // Only the kind counts: libnice crashes when asked for the server, since this candidate is a copy without it.
    switch candidate.pointee.type {
    case NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE: servers.gathered(.stun)
    case NICE_CANDIDATE_TYPE_RELAYED: servers.gathered(.turn)
    default: break
    }
    var found = ICECandidate(candidate.pointee)
    if configuration.iceTransportPolicy == .relay {
      // The related address would reveal what this policy hides.
      found.relatedAddress = found.address.contains(":") ? "::" : "0.0.0.0"
      found.relatedPort = 0
    }
    localCandidates.append(found)
    delegate?.agent(self, gathered: found)
  }
}
