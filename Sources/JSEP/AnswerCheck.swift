internal import SDP

/// Validates an answer against its offer. Source: RFC 9429 §5.10, RFC 3264 §6.
struct AnswerCheck {
  private let answer: SessionDescription
  private let offer: SessionDescription

  init(_ answer: SessionDescription, to offer: SessionDescription) {
    self.answer = answer
    self.offer = offer
  }

  /// - Throws: `.invalidAccess` naming the mismatch.
  func run() throws(NegotiationError) {
    guard answer.media.count == offer.media.count else {
      throw .invalidAccess(
        "The answer has \(answer.media.count) media sections where the offer has \(offer.media.count).")
    }
    for (index, (answered, offered)) in zip(answer.media, offer.media).enumerated() {
      guard answered.media.kind == offered.media.kind else {
        throw .invalidAccess("The answer's media section number \(index) is of another kind than the offer's.")
      }
      // Old peers omit the MID.
      guard answered.mid == nil || answered.mid == offered.mid else {
        throw .invalidAccess("The answer's media section number \(index) has another name than the offer's.")
      }
      guard !answered.isRejected else { continue }
      guard !offered.isRejected else {
        throw .invalidAccess("The answer accepts media section number \(index), which the offer rejects.")
      }
      try checkCodecs(answered, offered, index)
    }
    try checkBundles()
  }

  private func checkCodecs(_ answered: MediaDescription, _ offered: MediaDescription, _ index: Int)
    throws(NegotiationError)
  {
    let codecs = offered.codecs
    let isShared = answered.codecs.contains { codec in !codec.isRepair && codecs.contains { $0.isSameFormat(as: codec) }
    }
    guard isShared else {
      throw .invalidAccess("The answer accepts media section number \(index), but none of its codecs.")
    }
    for mapping in answered.headerExtensions {
      let isOffered = offered.headerExtensions.contains { $0.id == mapping.id && $0.uri == mapping.uri }
      if !isOffered {
        throw .invalidAccess(
          "The answer's media section number \(index) has a header extension that is not the offer's.")
      }
    }
  }

  private func checkBundles() throws(NegotiationError) {
    let offered = offer.bundles.first.map(Set.init) ?? []
    let answered = Set(answer.bundles.joined())
    guard answered.isSubset(of: offered) else { throw .invalidAccess("The answer bundles what the offer does not.") }
    for (index, media) in answer.media.enumerated() where !media.isRejected {
      guard offer.media[index].isBundleOnly, let mid = offer.media[index].mid, !answered.contains(mid) else { continue }
      throw .invalidAccess(
        "The answer accepts media section \(mid), which was offered in a bundle only, outside of one.")
    }
  }
}
