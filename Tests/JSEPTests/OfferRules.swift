import RTP
import SDP
import Testing

/// What browsers reject in a description, which none of Oriel's may have.
enum OfferRules {
  static func check(_ text: String, isOffer: Bool, _ location: SourceLocation = #_sourceLocation) throws {
    let description = try SessionDescription(parsing: text)
    func expect(_ holds: Bool, _ what: String) {
      #expect(holds, "\(what)\n\(text)", sourceLocation: location)
    }
    let mids = description.media.compactMap(\.mid)
    expect(Set(mids).count == mids.count, "a section's name is there twice")
    let bundle = description.groups.filter { $0.semantics == "BUNDLE" }.flatMap(\.mids)
    expect(Set(bundle).isSubset(of: mids), "the bundle names what is not there")
    var numbers: [UInt16: String] = [:]
    var formats: [PayloadType: String] = [:]
    var sources: Set<SSRC> = []
    for media in description.media {
      guard !media.isRejected else { continue }
      expect(media.iceUfrag != nil && media.icePwd != nil, "no ICE credentials")
      expect(!media.fingerprints.isEmpty, "no fingerprint")
      expect(Set(media.fingerprints.map(\.algorithm)).count == media.fingerprints.count, "two fingerprints")
      expect(isOffer ? media.setup == .actpass : [.active, .passive].contains(media.setup), "a wrong setup")
      expect(!isOffer || media.mid != nil, "no name")
      expect(media.hasRTCPMux, "no rtcp-mux")
      let isBundled = media.mid.map(bundle.contains) ?? false
      var own: Set<UInt16> = []
      for mapping in media.headerExtensions {
        expect(own.insert(mapping.id).inserted, "a header extension's number is there twice")
        expect((1...14).contains(mapping.id), "a header extension's number for two-byte headers")
        if isBundled {
          expect(numbers.updateValue(mapping.uri, forKey: mapping.id) ?? mapping.uri == mapping.uri, "colliding extmap")
        }
      }
      let types = media.codecs.map(\.payloadType)
      expect(Set(types).count == types.count && types.count == media.media.formats.count, "a format is there twice")
      for codec in media.codecs {
        if isBundled {
          let name = "\(codec.name)/\(codec.clockRate)\(codec.parameters)"
          expect(formats.updateValue(name, forKey: codec.payloadType) ?? name == name, "colliding payload type")
        }
        if codec.isRTX { expect(codec.associatedPayloadType.map(types.contains) ?? false, "an rtx of nothing") }
      }
      expect(Set(media.msids.map(\.track)).count <= 1, "two track ids in a section")
      let sends = media.direction?.sends ?? true
      expect(media.msids.isEmpty != sends, "msid where nothing is sent, or none where something is")
      expect(media.ssrcAttributes.isEmpty != sends, "ssrc where nothing is sent, or none where something is")
      for group in media.ssrcGroups {
        expect(Set(group.ssrcs).count == group.ssrcs.count, "a source is in a group twice")
        expect(
          group.ssrcs.allSatisfy { ssrc in media.ssrcAttributes.contains { $0.ssrc == ssrc && $0.name == "cname" } },
          "no cname")
      }
      for ssrc in Set(media.ssrcAttributes.map(\.ssrc)) {
        expect(sources.insert(ssrc).inserted, "a source is in two sections")
      }
    }
    if isOffer {
      let live = description.media.filter { !$0.isRejected }.compactMap(\.mid)
      expect(bundle == live, "the bundle is not what lives")
    }
  }
}
