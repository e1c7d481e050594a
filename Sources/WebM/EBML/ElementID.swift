/// The identifier of an EBML element, including its length marker, as in a file.
///
/// Source: RFC 8794 §5 and §11 (EBML), RFC 9559 §5 (Matroska).
package struct ElementID: RawRepresentable, Sendable, Hashable {
  /// The 1 to 4 bytes of the identifier as a big-endian number, marker bit included: `0x1A45DFA3` for `EBML`.
  package var rawValue: UInt32

  /// The identifier with these bytes; not checked.
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The identifier's length in bytes, 1 to 4.
  var length: Int { max(1, (39 - rawValue.leadingZeroBitCount) / 8) }
}

extension ElementID: CustomStringConvertible {
  /// The identifier in hexadecimal, as specifications print it: `0x1A45DFA3`.
  package var description: String { "0x" + String(rawValue, radix: 16, uppercase: true) }
}

// EBML's own elements, RFC 8794 §11.2 and §11.3.
extension ElementID {
  package static let ebml = ElementID(rawValue: 0x1A45_DFA3)
  package static let ebmlVersion = ElementID(rawValue: 0x4286)
  package static let ebmlReadVersion = ElementID(rawValue: 0x42F7)
  package static let ebmlMaxIDLength = ElementID(rawValue: 0x42F2)
  package static let ebmlMaxSizeLength = ElementID(rawValue: 0x42F3)
  package static let docType = ElementID(rawValue: 0x4282)
  package static let docTypeVersion = ElementID(rawValue: 0x4287)
  package static let docTypeReadVersion = ElementID(rawValue: 0x4285)
  package static let void = ElementID(rawValue: 0xEC)
  package static let crc32 = ElementID(rawValue: 0xBF)
}

// The Segment and its children, RFC 9559 §5.1.
extension ElementID {
  package static let segment = ElementID(rawValue: 0x1853_8067)
  package static let seekHead = ElementID(rawValue: 0x114D_9B74)
  package static let info = ElementID(rawValue: 0x1549_A966)
  package static let tracks = ElementID(rawValue: 0x1654_AE6B)
  package static let cluster = ElementID(rawValue: 0x1F43_B675)
  package static let cues = ElementID(rawValue: 0x1C53_BB6B)
  package static let chapters = ElementID(rawValue: 0x1043_A770)
  package static let attachments = ElementID(rawValue: 0x1941_A469)
  package static let tags = ElementID(rawValue: 0x1254_C367)

  /// Whether the element is a child of a Segment, and so ends a Cluster of unknown size (RFC 8794 §6.2).
  var isSegmentChild: Bool {
    switch self {
    case .seekHead, .info, .tracks, .cluster, .cues, .chapters, .attachments, .tags: true
    default: false
    }
  }
}

// SeekHead, Info, Cluster and Cues, RFC 9559 §5.1.1, §5.1.2, §5.1.3, §5.1.5.
extension ElementID {
  package static let seek = ElementID(rawValue: 0x4DBB)
  package static let seekID = ElementID(rawValue: 0x53AB)
  package static let seekPosition = ElementID(rawValue: 0x53AC)

  package static let timestampScale = ElementID(rawValue: 0x2A_D7B1)
  package static let duration = ElementID(rawValue: 0x4489)
  package static let dateUTC = ElementID(rawValue: 0x4461)
  package static let muxingApp = ElementID(rawValue: 0x4D80)
  package static let writingApp = ElementID(rawValue: 0x5741)

  package static let timestamp = ElementID(rawValue: 0xE7)
  package static let simpleBlock = ElementID(rawValue: 0xA3)
  package static let blockGroup = ElementID(rawValue: 0xA0)
  package static let block = ElementID(rawValue: 0xA1)
  package static let blockDuration = ElementID(rawValue: 0x9B)
  package static let referenceBlock = ElementID(rawValue: 0xFB)
  package static let discardPadding = ElementID(rawValue: 0x75A2)

  package static let cuePoint = ElementID(rawValue: 0xBB)
  package static let cueTime = ElementID(rawValue: 0xB3)
  package static let cueTrackPositions = ElementID(rawValue: 0xB7)
  package static let cueTrack = ElementID(rawValue: 0xF7)
  package static let cueClusterPosition = ElementID(rawValue: 0xF1)
  package static let cueRelativePosition = ElementID(rawValue: 0xF0)
}

// Tracks, RFC 9559 §5.1.4.
extension ElementID {
  package static let trackEntry = ElementID(rawValue: 0xAE)
  package static let trackNumber = ElementID(rawValue: 0xD7)
  package static let trackUID = ElementID(rawValue: 0x73C5)
  package static let trackType = ElementID(rawValue: 0x83)
  package static let flagLacing = ElementID(rawValue: 0x9C)
  package static let defaultDuration = ElementID(rawValue: 0x23_E383)
  package static let name = ElementID(rawValue: 0x536E)
  package static let language = ElementID(rawValue: 0x22_B59C)
  package static let codecID = ElementID(rawValue: 0x86)
  package static let codecPrivate = ElementID(rawValue: 0x63A2)
  package static let codecDelay = ElementID(rawValue: 0x56AA)
  package static let seekPreRoll = ElementID(rawValue: 0x56BB)

  package static let video = ElementID(rawValue: 0xE0)
  package static let pixelWidth = ElementID(rawValue: 0xB0)
  package static let pixelHeight = ElementID(rawValue: 0xBA)
  package static let colour = ElementID(rawValue: 0x55B0)
  package static let matrixCoefficients = ElementID(rawValue: 0x55B1)
  package static let range = ElementID(rawValue: 0x55B9)
  package static let transferCharacteristics = ElementID(rawValue: 0x55BA)
  package static let primaries = ElementID(rawValue: 0x55BB)

  package static let audio = ElementID(rawValue: 0xE1)
  package static let samplingFrequency = ElementID(rawValue: 0xB5)
  package static let channels = ElementID(rawValue: 0x9F)
}
