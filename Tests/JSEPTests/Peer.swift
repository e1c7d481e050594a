import SDP
import JSEP

/// A negotiation and the ICE credentials of its transports.
struct Peer {
  var negotiation: Negotiation
  /// How many restarts were requested.
  private(set) var restarts = 0
  private let name: String
  private var generations: [TransportID: Int] = [:]

  init(_ name: String, seed: UInt64, bundlePolicy: RTCBundlePolicy = .balanced) {
    self.name = name
    var configuration = NegotiationConfiguration(seed: seed, fingerprints: [Self.fingerprint(name)])
    configuration.bundlePolicy = bundlePolicy
    negotiation = Negotiation(configuration)
  }

  static func fingerprint(_ name: String) -> RTCDtlsFingerprint {
    RTCDtlsFingerprint(algorithm: "sha-256", digest: Array(repeating: name.utf8.first ?? 0, count: 32))
  }

  mutating func createOffer(_ options: RTCOfferOptions = RTCOfferOptions()) throws -> String {
    var (generations, restarts) = (generations, restarts)
    defer { (self.generations, self.restarts) = (generations, restarts) }
    return try negotiation.createOffer(options) { Self.credentials(name, $0, $1, &generations, &restarts) }
  }

  mutating func createAnswer() throws -> String {
    var (generations, restarts) = (generations, restarts)
    defer { (self.generations, self.restarts) = (generations, restarts) }
    return try negotiation.createAnswer { Self.credentials(name, $0, $1, &generations, &restarts) }
  }

  private static func credentials(
    _ name: String, _ id: TransportID, _ restart: Bool, _ generations: inout [TransportID: Int], _ restarts: inout Int
  ) -> ICEParameters {
    if restart {
      generations[id, default: 0] += 1
      restarts += 1
    }
    let ufrag = "\(name)\(id.rawValue)G\(generations[id, default: 0])"
    return ICEParameters(usernameFragment: ufrag, password: ufrag + "passwordpasswordpassword")
  }

  /// Creates and sets an offer.
  @discardableResult
  mutating func offer(_ options: RTCOfferOptions = RTCOfferOptions()) throws -> String {
    let offer = try createOffer(options)
    _ = try negotiation.setLocal(.offer, offer)
    return offer
  }

  /// Sets a remote offer, then creates and sets the answer.
  mutating func answer(_ offer: String) throws -> String {
    _ = try negotiation.setRemote(.offer, offer)
    let answer = try createAnswer()
    _ = try negotiation.setLocal(.answer, answer)
    return answer
  }

  /// Offers to `other` and sets its answer.
  @discardableResult
  mutating func negotiate(
    with other: inout Peer, _ options: RTCOfferOptions = RTCOfferOptions()
  ) throws -> NegotiationChange {
    let answer = try other.answer(try offer(options))
    return try negotiation.setRemote(.answer, answer)
  }
}

extension String {
  /// The parsed description.
  var sdp: SessionDescription { get throws { try SessionDescription(parsing: self) } }

  /// Without the lines that contain `text`.
  func dropping(_ text: String) -> String {
    split(separator: "\r\n").filter { !$0.contains(text) }.joined(separator: "\r\n") + "\r\n"
  }
}
