import RTP
import SDP
import JSEP

/// Properties of descriptions, candidates and the negotiation for arbitrary remote input; checked by the fuzzer, and by tests
/// with its corpus. A violation traps.
package enum SDPChecks {
  /// Checks `bytes` as a description, and as an offer and an answer of a negotiation.
  package static func check(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    checkText(text)
    checkOffer(text)
    checkAnswer(text)
  }

  /// Checks `bytes` as a candidate.
  package static func checkCandidate(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    var connection = Connection(seed: 5)
    _ = try? connection.answer(Connection.counterpartOffer)
    _ = try? connection.negotiation.addRemoteCandidate(text, mid: "0", mLineIndex: nil)
    guard let candidate = ICECandidate(parsing: text) else { return }
    _ = candidate.isMDNSName
    guard let again = ICECandidate(parsing: candidate.candidate) else {
      fatalError("a written candidate that does not parse")
    }
    precondition(again == candidate, "a candidate that changes by writing and parsing")
  }

  /// A parsed description is written back unchanged, and parses to the same value.
  private static func checkText(_ text: String) {
    guard let description = try? SessionDescription(parsing: text) else { return }
    let written = description.description
    let end = description.lineEnd.rawValue
    let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
    let isUniform =
      lines.allSatisfy { ($0.last == 0x0D) == (end == "\r\n") && !$0.isEmpty && !($0.count == 1 && $0.last == 0x0D) }
      && text.utf8.last == 0x0A
    if isUniform {
      precondition(written.utf8.elementsEqual(text.utf8), "a description that is not written back unchanged")
    }
    guard let again = try? SessionDescription(parsing: written) else {
      fatalError("a written description that does not parse")
    }
    precondition(again == description, "a description that changes by writing and parsing")
    for section in description.media {
      _ = (section.codecs, section.candidates, section.msids, section.ssrcGroups, section.bandwidths)
    }
  }

  /// The text as an offer: it is refused, or gets a matching answer, and the session can continue.
  private static func checkOffer(_ text: String) {
    for policy in [RTCBundlePolicy.balanced, .maxBundle] {
      var connection = Connection(seed: 1, bundlePolicy: policy)
      connection.addTracks()
      guard let answer = try? connection.answer(text) else {
        precondition(connection.negotiation.signalingState != .haveLocalPranswer, "an incomplete answer")
        continue
      }
      precondition(connection.negotiation.signalingState == .stable)
      checkMatch(answer, to: text)
      checkContinuation(&connection)
      checkRepetition(&connection, text)
    }
  }

  /// The text as an answer: it is refused without any effect, or accepted.
  private static func checkAnswer(_ text: String) {
    var connection = Connection(seed: 2)
    connection.addTracks()
    guard (try? connection.offer()) != nil else { fatalError("createOffer fails") }
    guard (try? connection.negotiation.setRemote(.answer, text)) != nil else {
      precondition(connection.negotiation.signalingState == .haveLocalOffer, "a refused answer with an effect")
      // Glare: both sides have offered.
      guard (try? connection.negotiation.setRemote(.offer, text)) != nil else { return }
      precondition(connection.negotiation.signalingState == .haveRemoteOffer)
      guard (try? connection.negotiation.setRemote(.rollback)) != nil else { fatalError("the rollback fails") }
      checkContinuation(&connection)
      return
    }
    checkContinuation(&connection)
  }

  private static func checkMatch(_ answer: String, to offer: String) {
    guard let answer = try? SessionDescription(parsing: answer), let offer = try? SessionDescription(parsing: offer)
    else { fatalError("an answer that does not parse") }
    precondition(answer.media.map(\.mid) == offer.media.map(\.mid), "an answer with other sections")
    for (answered, offered) in zip(answer.media, offer.media) where !answered.isRejected {
      precondition(!offered.isRejected, "an answer that accepts what is not offered")
      let numbers = Set(offered.media.payloadTypes)
      precondition(
        answered.media.payloadTypes.allSatisfy(numbers.contains), "an answer with formats that are not offered")
    }
  }

  /// An established session can be changed, and another peer accepts its offer.
  private static func checkContinuation(_ connection: inout Connection) {
    precondition(connection.negotiation.signalingState == .stable)
    precondition(connection.negotiation.media.count <= connection.negotiation.transceivers.count)
    _ = connection.negotiation.isNegotiationNeeded
    _ = try? connection.negotiation.addTransceiver(.video, direction: .sendonly, trackID: "more")
    guard let offer = try? connection.offer(RTCOfferOptions(iceRestart: true)) else {
      fatalError("createOffer fails in an established session")
    }
    var other = Connection(seed: 3)
    do {
      let answer = try other.answer(offer)
      checkMatch(answer, to: offer)
      _ = try connection.negotiation.setLocal(.rollback)
    } catch {
      fatalError("Oriel's own offer is refused: \(error)\n\(offer)")
    }
    precondition(connection.negotiation.transports.count <= connection.negotiation.media.count)
  }

  /// Repeating an offer in its session does not accumulate transceivers.
  private static func checkRepetition(_ connection: inout Connection, _ text: String) {
    let count = connection.negotiation.transceivers.count
    _ = try? connection.answer(text)
    precondition(connection.negotiation.transceivers.count <= count + 128)
  }
}
