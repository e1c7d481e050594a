import Harness
import RTP
import SDP
import JSEP
import Testing

/// A `Negotiation` here that exchanges descriptions with an `RTCPeerConnection` in a page.
struct SDPBrowserSide {
  var own: Negotiation
  private let page: ChromiumPage
  private var generation = 0

  init(
    _ browser: Chromium, bundlePolicy: RTCBundlePolicy = .balanced, configuration: String = "{}", seed: UInt64 = 1
  ) async throws {
    let fingerprint = RTCDtlsFingerprint(algorithm: "sha-256", digest: Array(0..<32))
    var setUp = NegotiationConfiguration(seed: seed, fingerprints: [fingerprint])
    setUp.bundlePolicy = bundlePolicy
    own = Negotiation(setUp)
    page = try await browser.newPage()
    try await page.evaluate(
      """
      window.pc = new RTCPeerConnection(\(configuration));
      window.state = () => [pc.signalingState, ...pc.getTransceivers()
        .filter(t => t.mid !== null && t.currentDirection !== 'stopped')
        .map(t => [t.mid, t.receiver.track.kind, t.currentDirection].join(' ')).sort()];
      window.offer = async () => { await pc.setLocalDescription(); return pc.localDescription.sdp; };
      window.answer = async sdp => {
        await pc.setRemoteDescription({type: 'offer', sdp});
        await pc.setLocalDescription();
        return pc.localDescription.sdp;
      };
      """)
  }

  func close() async throws { try await page.close() }

  /// Runs JavaScript that may use `pc`.
  @discardableResult
  func run(_ script: String) async throws -> JSON { try await page.evaluate("(async () => { \(script) })()") }

  /// Makes an offer, and sets the browser's answer.
  mutating func offer(iceRestart: Bool = false) async throws {
    let offer = try makeOffer(iceRestart: iceRestart)
    let answer = try await answer(of: offer)
    _ = try own.setRemote(.answer, answer)
  }

  /// Lets the browser offer, and sends it the answer.
  mutating func takeOffer() async throws {
    let offer = try await run("return offer()").string ?? ""
    try await give(try makeAnswer(to: offer))
  }

  /// Makes offers on both sides at once; the polite side rolls its offer back.
  mutating func glare(isPolite: Bool) async throws {
    let offer = try makeOffer()
    let theirs = try await run("return offer()").string ?? ""
    if isPolite {
      try await give(try makeAnswer(to: theirs))
    } else {
      let answer = try await answer(of: offer)
      _ = try own.setRemote(.answer, answer)
    }
  }

  /// Makes an offer on each side and rolls it back, the browser's after a provisional answer.
  mutating func rollBack() async throws {
    _ = try makeOffer(iceRestart: true)
    _ = try own.setLocal(.rollback)
    let theirs = try await run("return offer()").string ?? ""
    _ = try own.setRemote(.offer, theirs)
    let answer = try own.createAnswer(credentials: nextCredentials())
    _ = try own.setLocal(.pranswer, answer)
    _ = try own.setLocal(.rollback)
    try await run("await pc.setLocalDescription({type: 'rollback'})")
  }

  /// Makes one random change on either side.
  mutating func change(_ generator: inout SeededRandom) async throws {
    let directions = RTPTransceiverDirection.allCases
    let direction = directions.randomElement(using: &generator) ?? .sendrecv
    let kind = RTPMediaKind.allCases.randomElement(using: &generator) ?? .video
    let isFull = own.transceivers.count > 6
    let some = own.transceivers.randomElement(using: &generator)
    let number = Int.random(in: 0..<1000, using: &generator)
    let pick = "const all = pc.getTransceivers().filter(t => !t.stopped); const t = all[\(number) % all.length];"
    switch Int.random(in: 0..<9, using: &generator) {
    case 0 where !isFull: _ = try own.addTransceiver(kind, direction: direction, trackID: "track\(number)")
    case 1 where !isFull: _ = try own.addTrack(kind, trackID: "track\(number)", streams: ["desk"])
    case 2: if let some { try own.removeTrack(some.id) }
    case 3: if let some, !some.isStopping { try own.setDirection(some.id, direction) }
    case 4: if let some { try own.stop(some.id) }
    case 5 where !isFull:
      try await run("pc.addTransceiver('\(kind.rawValue)', {direction: '\(direction.rawValue)'})")
    case 6: try await run("\(pick) if (t) t.direction = '\(direction.rawValue)'")
    // Chromium fails if a transceiver is stopped before it has an m-line.
    case 7: try await run("\(pick) if (t && t.mid !== null) t.stop()")
    default: own.restartICE()
    }
  }

  /// Expects that both sides are stable and agree on each transceiver.
  func expectAgreement(_ location: SourceLocation = #_sourceLocation) async throws {
    let theirs = try await run("return state()").array?.compactMap(\.string) ?? []
    let ours = own.transceivers.filter { $0.mid != nil }.map { transceiver in
      [transceiver.mid ?? "", transceiver.kind.rawValue, transceiver.currentDirection?.reversed.rawValue ?? ""]
        .joined(separator: " ")
    }
    #expect(theirs == [own.signalingState.rawValue] + ours.sorted(), sourceLocation: location)
  }

  private mutating func makeOffer(iceRestart: Bool = false) throws -> String {
    let offer = try own.createOffer(RTCOfferOptions(iceRestart: iceRestart), credentials: nextCredentials())
    _ = try own.setLocal(.offer, offer)
    return offer
  }

  private mutating func makeAnswer(to offer: String) throws -> String {
    _ = try own.setRemote(.offer, offer)
    let answer = try own.createAnswer(credentials: nextCredentials())
    _ = try own.setLocal(.answer, answer)
    return answer
  }

  private func answer(of offer: String) async throws -> String {
    do {
      return try await run("return answer(\(literal(offer)))").string ?? ""
    } catch {
      throw HarnessError("\(error) for the offer\n\(offer)")
    }
  }

  private func give(_ answer: String) async throws {
    do {
      try await run("await pc.setRemoteDescription({type: 'answer', sdp: \(literal(answer))})")
    } catch {
      throw HarnessError("\(error) for the answer\n\(answer)")
    }
  }

  private func literal(_ text: String) -> String { String(decoding: JSON.string(text).bytes, as: UTF8.self) }

  private mutating func nextCredentials() -> Negotiation.Credentials {
    generation += 1
    let generation = generation
    return { id, _ in
      let name = "t\(id.rawValue)g\(generation)"
      return ICEParameters(usernameFragment: name, password: name + "passwordpasswordpassword")
    }
  }
}
