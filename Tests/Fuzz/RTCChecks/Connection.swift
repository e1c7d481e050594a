import RTP
import SDP
import JSEP

/// A negotiation with generated ICE credentials.
struct Connection {
  var negotiation: Negotiation
  private var generation = 0

  init(seed: UInt64, bundlePolicy: RTCBundlePolicy = .balanced) {
    let fingerprint = RTCDtlsFingerprint(algorithm: "sha-256", digest: Array(repeating: 7, count: 32))
    var configuration = NegotiationConfiguration(seed: seed, fingerprints: [fingerprint])
    configuration.bundlePolicy = bundlePolicy
    negotiation = Negotiation(configuration)
  }

  /// The offer of an ordinary peer.
  static let counterpartOffer: String = {
    var connection = Connection(seed: 4)
    connection.addTracks()
    return (try? connection.offer()) ?? ""
  }()

  mutating func addTracks() {
    _ = try? negotiation.addTrack(.audio, trackID: "sound", streams: ["stream"])
    _ = try? negotiation.addTrack(.video, trackID: "screen", streams: ["stream"])
  }

  @discardableResult
  mutating func offer(_ options: RTCOfferOptions = RTCOfferOptions()) throws(NegotiationError) -> String {
    let offer = try negotiation.createOffer(options, credentials: nextCredentials())
    _ = try negotiation.setLocal(.offer, offer)
    return offer
  }

  @discardableResult
  mutating func answer(_ offer: String) throws(NegotiationError) -> String {
    _ = try negotiation.setRemote(.offer, offer)
    let answer = try negotiation.createAnswer(credentials: nextCredentials())
    _ = try negotiation.setLocal(.answer, answer)
    return answer
  }

  private mutating func nextCredentials() -> Negotiation.Credentials {
    generation += 1
    let generation = generation
    return { id, _ in
      let name = "t\(id.rawValue)g\(generation)"
      return ICEParameters(usernameFragment: name, password: name + "passwordpasswordpassword")
    }
  }
}
