internal import RTP
internal import SDP

/// Validates a remote description beyond its syntax. An inconsistent or incomplete one is rejected as a whole. Source:
/// RFC 9429 §5.8.3, RFC 9143 §7, RFC 8285 §5, RFC 5576.
struct RemoteDescriptionCheck {
  private let description: SessionDescription
  private let type: RTCSdpType

  init(_ description: SessionDescription, _ type: RTCSdpType) {
    self.description = description
    self.type = type
  }

  /// - Throws: `.invalidAccess` naming the fault.
  func run() throws(NegotiationError) {
    try checkNames()
    try checkBundles()
    try checkTransports()
    try checkExtensions()
    try checkSources()
  }

  private func checkNames() throws(NegotiationError) {
    var seen: Set<String> = []
    for mid in description.media.compactMap(\.mid) where !seen.insert(mid).inserted {
      throw .invalidAccess("Two media sections have the name \(mid).")
    }
  }

  private func checkBundles() throws(NegotiationError) {
    let sections = Dictionary(
      description.media.compactMap { media in media.mid.map { ($0, media) } }, uniquingKeysWith: { first, _ in first })
    var seen: Set<String> = []
    for mid in description.bundles.joined() {
      guard let media = sections[mid] else {
        throw .invalidAccess("The bundle names a section \(mid) that is not there.")
      }
      guard seen.insert(mid).inserted else { throw .invalidAccess("The section \(mid) is bundled twice.") }
      if media.media.isRTP, !media.isRejected, !media.hasRTCPMux {
        throw .invalidAccess("The section \(mid) is bundled, but does not share its port with RTCP (a=rtcp-mux).")
      }
    }
  }

  /// Each active section needs transport attributes: its own, or those of the first section in its bundle.
  private func checkTransports() throws(NegotiationError) {
    var bundleOf: [String: Int] = [:]
    for (number, bundle) in description.bundles.enumerated() { for mid in bundle { bundleOf[mid] = number } }
    var checkedBundles: Set<Int> = []
    for (index, media) in description.media.enumerated() where media.media.isRTP && !media.isRejected {
      let bundle = media.mid.flatMap { bundleOf[$0] }
      let isFirst = bundle.map { checkedBundles.insert($0).inserted } ?? true
      if media.isBundleOnly, bundle == nil { throw .invalidAccess("\(name(index)) is bundle-only, but in no bundle.") }
      if isFirst { try checkTransport(index) }
      if type != .offer, description.setup(at: index) == .actpass {
        throw .invalidAccess("\(name(index)) leaves the DTLS role open (a=setup:actpass), but an answer has to decide.")
      }
      if type != .offer, !media.hasRTCPMux {
        throw .invalidAccess("\(name(index)) does not share its port with RTCP (a=rtcp-mux).")
      }
    }
  }

  private func checkTransport(_ index: Int) throws(NegotiationError) {
    guard description.ice(at: index) != nil else {
      throw .invalidAccess("\(name(index)) has no ICE credentials (a=ice-ufrag, a=ice-pwd).")
    }
    guard !description.fingerprints(at: index).isEmpty else {
      throw .invalidAccess(
        "\(name(index)) has no DTLS fingerprint (a=fingerprint); media without DTLS is not accepted.")
    }
    if description.setup(at: index) == .holdconn {
      throw .invalidAccess("\(name(index)) holds its DTLS connection back (a=setup:holdconn).")
    }
  }

  /// An identifier must denote a single extension within a section and within its bundle.
  private func checkExtensions() throws(NegotiationError) {
    let bundled = Set(description.bundles.joined())
    var inBundles: [UInt16: String] = [:]
    for (index, media) in description.media.enumerated() where !media.isRejected {
      var inSection: [UInt16: String] = [:]
      for mapping in description.headerExtensions + media.headerExtensions {
        // Identifiers from 4096 on are only placeholders for the answer to choose from.
        guard mapping.id < 4096 else { continue }
        if let other = inSection.updateValue(mapping.uri, forKey: mapping.id), other != mapping.uri {
          throw .invalidAccess("\(name(index)) gives the number \(mapping.id) to two header extensions.")
        }
        guard let mid = media.mid, bundled.contains(mid) else { continue }
        if let other = inBundles.updateValue(mapping.uri, forKey: mapping.id), other != mapping.uri {
          throw .invalidAccess("The bundle gives the number \(mapping.id) to two header extensions.")
        }
      }
    }
  }

  private func checkSources() throws(NegotiationError) {
    var sectionOf: [SSRC: Int] = [:]
    for (index, media) in description.media.enumerated() where !media.isRejected {
      for attribute in media.ssrcAttributes {
        if let other = sectionOf.updateValue(index, forKey: attribute.ssrc), other != index {
          throw .invalidAccess("The stream \(attribute.ssrc) is in two media sections.")
        }
      }
      for group in media.ssrcGroups where Set(group.ssrcs).count != group.ssrcs.count {
        throw .invalidAccess("\(name(index)) has a stream twice in one group (a=ssrc-group).")
      }
    }
  }

  private func name(_ index: Int) -> String {
    "The media section \(description.media[index].mid.map { "\"\($0)\"" } ?? "number \(index)")"
  }
}
