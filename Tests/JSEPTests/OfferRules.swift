import RTP
import SDP
import Testing

/// Checks that a description of Oriel has nothing that browsers reject.
enum OfferRules {
  static func check(_ text: String, isOffer: Bool, _ location: SourceLocation = #_sourceLocation) throws {
    let description = try SessionDescription(parsing: text)
    func expect(_ holds: Bool, _ what: String) {
      #expect(holds, "\(what)\n\(text)", sourceLocation: location)
    }
    let mids = description.media.compactMap(\.mid)
    expect(Set(mids).count == mids.count, "a repeated MID")
    let bundle = description.groups.filter { $0.semantics == "BUNDLE" }.flatMap(\.mids)
    expect(Set(bundle).isSubset(of: mids), "the bundle has an unknown MID")
    var numbers: [UInt16: String] = [:]
    var formats: [PayloadType: String] = [:]
    var sources: Set<SSRC> = []
    for media in description.media {
      guard !media.isRejected else { continue }
      expect(media.iceUfrag != nil && media.icePwd != nil, "no ICE credentials")
      expect(!media.fingerprints.isEmpty, "no fingerprint")
      expect(Set(media.fingerprints.map(\.algorithm)).count == media.fingerprints.count, "two fingerprints")
      expect(isOffer ? media.setup == .actpass : [.active, .passive].contains(media.setup), "a wrong setup")
      expect(!isOffer || media.mid != nil, "no MID")
      expect(media.hasRTCPMux, "no rtcp-mux")
      let isBundled = media.mid.map(bundle.contains) ?? false
      var own: Set<UInt16> = []
      for mapping in media.headerExtensions {
        expect(own.insert(mapping.id).inserted, "a repeated extmap identifier")
        expect((1...14).contains(mapping.id), "an extmap identifier for two-byte headers")
        if isBundled {
          expect(numbers.updateValue(mapping.uri, forKey: mapping.id) ?? mapping.uri == mapping.uri, "colliding extmap")
        }
      }
      let types = media.codecs.map(\.payloadType)
      expect(Set(types).count == types.count && types.count == media.media.formats.count, "a repeated format")
      for codec in media.codecs {
        if isBundled {
          let name = "\(codec.name)/\(codec.clockRate)\(codec.parameters)"
          expect(formats.updateValue(name, forKey: codec.payloadType) ?? name == name, "colliding payload type")
        }
        if codec.isRTX { expect(codec.associatedPayloadType.map(types.contains) ?? false, "an rtx without its codec") }
      }
      expect(Set(media.msids.map(\.track)).count <= 1, "two track ids in a section")
      let sends = media.direction?.sends ?? true
      expect(media.msids.isEmpty != sends, "msid without sending, or sending without msid")
      expect(media.ssrcAttributes.isEmpty != sends, "ssrc without sending, or sending without ssrc")
      for group in media.ssrcGroups {
        expect(Set(group.ssrcs).count == group.ssrcs.count, "an SSRC is repeated in a group")
        expect(
          group.ssrcs.allSatisfy { ssrc in media.ssrcAttributes.contains { $0.ssrc == ssrc && $0.name == "cname" } },
          "no cname")
      }
      for ssrc in Set(media.ssrcAttributes.map(\.ssrc)) {
        expect(sources.insert(ssrc).inserted, "an SSRC is in two sections")
      }
    }
    if isOffer {
      let active = description.media.filter { !$0.isRejected }.compactMap(\.mid)
      expect(bundle == active, "the bundle differs from the active sections")
    }
  }
}
