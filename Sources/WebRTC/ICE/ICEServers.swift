internal import CNice
internal import Media

/// The STUN and TURN servers of one generation: looks up their addresses, passes them on for gathering, and finds out why a
/// server gives no candidate.
///
/// On the `NetworkThread` only. libnice takes one STUN server; of several, the first that answers is used.
final class ICEServers {
  /// A server by one of its URLs.
  final class Entry {
    let url: RTCIceServerURL
    let server: RTCIceServer
    fileprivate(set) var addresses: [IPAddress] = []
    fileprivate var isLookedUp = false
    fileprivate var outcome: ICEServerCheck.Outcome?
    fileprivate var lookup: HostLookup?
    fileprivate var check: ICEServerCheck?

    fileprivate init(url: RTCIceServerURL, server: RTCIceServer) {
      self.url = url
      self.server = server
    }
  }

  /// How long gathering waits for the address of a STUN server, which libnice needs before it begins.
  private static let lookupTimeout = MediaTime.seconds(1)

  /// A server cannot be used.
  var onError: ((RTCIceCandidateError) -> Void)?
  /// Called when a lookup or a check has ended.
  var onProgress: (() -> Void)?

  private let thread: NetworkThread
  private let entries: [Entry]
  private var candidates: [RTCIceServerURL.Scheme: Int] = [:]
  private var onSTUN: ((Entry?) -> Void)?
  private var onTURN: ((Entry) -> Void)?
  private var timer: NetworkTimer?
  private var isChecking = false

  init(configuration: TransportConfiguration, thread: NetworkThread) {
    self.thread = thread
    entries = configuration.iceServers.flatMap { server in
      ((try? server.parsedURLs()) ?? [])
        .filter { $0.scheme != .stun || configuration.iceTransportPolicy == .all }
        .map { Entry(url: $0, server: server) }
    }
  }

  /// The server of this scheme, if there is just one.
  func only(_ scheme: RTCIceServerURL.Scheme) -> RTCIceServerURL? {
    let urls = entries.map(\.url).filter { $0.scheme == scheme }
    return urls.count == 1 ? urls[0] : nil
  }

  /// Whether a TURN server's address is still looked for.
  var isLookingUp: Bool { entries.contains { $0.url.scheme == .turn && !$0.isLookedUp } }

  /// Whether each server has given a candidate, or has been checked.
  var isSettled: Bool { entries.allSatisfy { $0.outcome != nil || hasGiven($0) } }

  /// Whether a server that works has not given its candidate yet.
  var mayStillGive: Bool { entries.contains { $0.outcome == .works && !hasGiven($0) } }

  /// - Parameters:
  ///   - stun: gets the STUN server to use, once; at once if there is none or it is given by address.
  ///   - turn: gets each TURN server as soon as its address is known.
  func begin(stun: @escaping (Entry?) -> Void, turn: @escaping (Entry) -> Void) {
    onSTUN = stun
    onTURN = turn
    for entry in entries {
      if entry.url.scheme == .turns {
        settle(entry, .unreachable(""))
      } else if let address = IPAddress(entry.url.host) {
        found([address], for: entry)
      } else {
        entry.lookup = HostLookup(host: entry.url.host, thread: thread) { [weak self, weak entry] addresses in
          if let self, let entry { found(addresses, for: entry) }
        }
      }
    }
    let open = entries.filter { $0.url.scheme == .stun }
    if open.isEmpty { return choose(nil) }
    guard onSTUN != nil else { return }
    let timer = NetworkTimer(thread: thread) { [weak self] _ in self?.choose(open.first { !$0.addresses.isEmpty }) }
    timer.deadline = .now + Self.lookupTimeout
    self.timer = timer
  }

  /// Counts a candidate that one of the servers gave.
  func gathered(_ scheme: RTCIceServerURL.Scheme) { candidates[scheme, default: 0] += 1 }

  /// Checks the servers that have given no candidate.
  func checkRemaining() {
    isChecking = true
    for entry in entries where entry.isLookedUp && !hasGiven(entry) { check(entry) }
  }

  func cancel() {
    timer?.deadline = nil
    onSTUN = nil
    onTURN = nil
    onError = nil
    onProgress = nil
    for entry in entries {
      entry.lookup = nil
      entry.check?.cancel()
      entry.check = nil
    }
  }

  /// Whether `entry` has given a candidate. libnice does not say which server a candidate is from: so none of several servers
  /// counts as having given one until there are as many candidates as servers.
  private func hasGiven(_ entry: Entry) -> Bool {
    candidates[entry.url.scheme, default: 0] >= max(1, entries.filter { $0.url.scheme == entry.url.scheme }.count)
  }

  private func found(_ addresses: [IPAddress], for entry: Entry) {
    entry.lookup = nil
    entry.isLookedUp = true
    entry.addresses = addresses
    if addresses.isEmpty {
      settle(entry, .unreachable("its name has no address"))
    } else if entry.url.scheme == .turn {
      onTURN?(entry)
    } else if entries.filter({ $0.url.scheme == .stun }).count == 1 {
      choose(entry)
    } else {
      check(entry)
    }
    if isChecking, !addresses.isEmpty { check(entry) }
    onProgress?()
  }

  private func check(_ entry: Entry) {
    guard entry.outcome == nil, entry.check == nil, let address = entry.addresses.first else { return }
    entry.check = ICEServerCheck(url: entry.url, address: address, server: entry.server, thread: thread) {
      [weak self, weak entry] outcome in
      guard let self, let entry else { return }
      entry.check = nil
      settle(entry, outcome)
    }
  }

  private func settle(_ entry: Entry, _ outcome: ICEServerCheck.Outcome) {
    guard entry.outcome == nil else { return }
    entry.outcome = outcome
    if let error = Self.error(for: entry.url, outcome), !hasGiven(entry) { onError?(error) }
    if entry.url.scheme == .stun {
      if outcome == .works {
        choose(entry)
      } else if entries.allSatisfy({ $0.url.scheme != .stun || $0.outcome != nil }) {
        choose(nil)
      }
    }
    onProgress?()
  }

  private func choose(_ entry: Entry?) {
    guard let onSTUN else { return }
    self.onSTUN = nil
    timer?.deadline = nil
    onSTUN(entry)
  }

  private static func error(for url: RTCIceServerURL, _ outcome: ICEServerCheck.Outcome) -> RTCIceCandidateError? {
    let kind = url.scheme == .stun ? "STUN" : "TURN"
    let (code, text): (Int, String)
    switch outcome {
    case .works: return nil
    case .unreachable where url.scheme == .turns:
      (code, text) = (
        RTCIceCandidateError.unreachable,
        "TURN over TLS is not supported: configure turn:\(url.host)?transport=tcp, which passes where UDP does not."
      )
    case .unreachable(let reason):
      (code, text) = (
        RTCIceCandidateError.unreachable,
        "The \(kind) server cannot be reached (\(reason)): check its name, port and firewall."
      )
    case .refused(401, _):
      (code, text) = (401, "The TURN server refused the user name or the credential: check both, or ask for new ones.")
    case .refused(let status, let reason):
      (code, text) = (status, "The \(kind) server refused: \(reason.isEmpty ? "error \(status)" : reason).")
    }
    return RTCIceCandidateError(url: url.text, errorCode: code, errorText: text)
  }
}
