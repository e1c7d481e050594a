import RTP
import SDP
import JSEP

/// What must hold for descriptions, candidates and the negotiation whatever the other side says; called by the fuzzer, and
/// by tests with all that it has found. A property that does not hold traps.
public enum SDPChecks {
  /// Checks `bytes` as a description, by itself and in each part of a negotiation.
  public static func check(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    checkText(text)
    checkAnswering(text)
    checkAnswered(text)
  }

  /// Checks `bytes` as a candidate.
  public static func checkCandidate(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    var connection = Connection(seed: 5)
    _ = try? connection.answer(Connection.counterpartOffer)
    _ = try? connection.negotiation.addRemoteCandidate(text, mid: "0", mLineIndex: nil)
    guard let candidate = ICECandidate(parsing: text) else { return }
    _ = candidate.isMulticastName
    guard let again = ICECandidate(parsing: candidate.candidate) else {
      fatalError("a candidate that is not read again")
    }
    precondition(again == candidate, "a candidate that is another when read again")
  }

  /// What is read is written as it came, and read again as the same.
  private static func checkText(_ text: String) {
    guard let description = try? SessionDescription(parsing: text) else { return }
    let written = description.description
    let end = description.lineEnd.rawValue
    let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
    let isUniform =
      lines.allSatisfy { ($0.last == 0x0D) == (end == "\r\n") && !$0.isEmpty && !($0.count == 1 && $0.last == 0x0D) }
      && text.utf8.last == 0x0A
    if isUniform { precondition(written.utf8.elementsEqual(text.utf8), "a description that is written otherwise") }
    guard let again = try? SessionDescription(parsing: written) else {
      fatalError("a description that is not read again")
    }
    precondition(again == description, "a description that is another when read again")
    for section in description.media {
      _ = (section.codecs, section.candidates, section.msids, section.ssrcGroups, section.bandwidths)
    }
  }

  /// As an offer: it is refused, or its answer fits it, and the session goes on from there.
  private static func checkAnswering(_ text: String) {
    for policy in [RTCBundlePolicy.balanced, .maxBundle] {
      var connection = Connection(seed: 1, bundlePolicy: policy)
      connection.addTracks()
      guard let answer = try? connection.answer(text) else {
        precondition(connection.negotiation.signalingState != .haveLocalPranswer, "half an answer")
        continue
      }
      precondition(connection.negotiation.signalingState == .stable)
      checkAnswer(answer, to: text)
      checkOn(&connection)
      checkAgain(&connection, text)
    }
  }

  /// As an answer: it is refused without any effect, or accepted.
  private static func checkAnswered(_ text: String) {
    var connection = Connection(seed: 2)
    connection.addTracks()
    guard (try? connection.offer()) != nil else { fatalError("an offer cannot be made") }
    guard (try? connection.negotiation.setRemote(.answer, text)) != nil else {
      precondition(connection.negotiation.signalingState == .haveLocalOffer, "a refused answer with an effect")
      // Both sides have offered.
      guard (try? connection.negotiation.setRemote(.offer, text)) != nil else { return }
      precondition(connection.negotiation.signalingState == .haveRemoteOffer)
      guard (try? connection.negotiation.setRemote(.rollback)) != nil else { fatalError("no way back") }
      checkOn(&connection)
      return
    }
    checkOn(&connection)
  }

  private static func checkAnswer(_ answer: String, to offer: String) {
    guard let answer = try? SessionDescription(parsing: answer), let offer = try? SessionDescription(parsing: offer)
    else { fatalError("an answer that is not read") }
    precondition(answer.media.map(\.mid) == offer.media.map(\.mid), "an answer with other sections")
    for (answered, offered) in zip(answer.media, offer.media) where !answered.isRejected {
      precondition(!offered.isRejected, "an answer that accepts what is not offered")
      let numbers = Set(offered.media.payloadTypes)
      precondition(answered.media.payloadTypes.allSatisfy(numbers.contains), "an answer with formats of its own")
    }
  }

  /// A session that has come about can be changed, and what it offers is understood by another.
  private static func checkOn(_ connection: inout Connection) {
    precondition(connection.negotiation.signalingState == .stable)
    precondition(connection.negotiation.media.count <= connection.negotiation.transceivers.count)
    _ = connection.negotiation.isNegotiationNeeded
    _ = try? connection.negotiation.addTransceiver(.video, direction: .sendonly, trackID: "more")
    guard let offer = try? connection.offer(RTCOfferOptions(iceRestart: true)) else {
      fatalError("an offer cannot be made any more")
    }
    var other = Connection(seed: 3)
    do {
      let answer = try other.answer(offer)
      checkAnswer(answer, to: offer)
      _ = try connection.negotiation.setLocal(.rollback)
    } catch {
      fatalError("an offer of ours is not understood: \(error)\n\(offer)")
    }
    precondition(connection.negotiation.transports.count <= connection.negotiation.media.count)
  }

  /// The same offer in a session of its own, twice over: nothing piles up.
  private static func checkAgain(_ connection: inout Connection, _ text: String) {
    let count = connection.negotiation.transceivers.count
    _ = try? connection.answer(text)
    precondition(connection.negotiation.transceivers.count <= count + 128)
  }
}
