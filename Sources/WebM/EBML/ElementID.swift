/// The identifier of an EBML element, including its length marker, as in a file.
///
/// Source: RFC 8794 §5 and §11 (EBML), RFC 9559 §5 (Matroska).
public struct ElementID: RawRepresentable, Sendable, Hashable {
  /// The 1 to 4 bytes of the identifier as a big-endian number, marker bit included: `0x1A45DFA3` for `EBML`.
  public var rawValue: UInt32

  /// The identifier with these bytes; not checked.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The identifier's length in bytes, 1 to 4.
  var length: Int { max(1, (39 - rawValue.leadingZeroBitCount) / 8) }
}

extension ElementID: CustomStringConvertible {
  /// The identifier in hexadecimal, as specifications print it: `0x1A45DFA3`.
  public var description: String { "0x" + String(rawValue, radix: 16, uppercase: true) }
}

// EBML's own elements, RFC 8794 §11.2 and §11.3.
extension ElementID {
  public static let ebml = ElementID(rawValue: 0x1A45_DFA3)
  public static let ebmlVersion = ElementID(rawValue: 0x4286)
  public static let ebmlReadVersion = ElementID(rawValue: 0x42F7)
  public static let ebmlMaxIDLength = ElementID(rawValue: 0x42F2)
  public static let ebmlMaxSizeLength = ElementID(rawValue: 0x42F3)
  public static let docType = ElementID(rawValue: 0x4282)
  public static let docTypeVersion = ElementID(rawValue: 0x4287)
  public static let docTypeReadVersion = ElementID(rawValue: 0x4285)
  public static let void = ElementID(rawValue: 0xEC)
  public static let crc32 = ElementID(rawValue: 0xBF)
}

// The Segment and its children, RFC 9559 §5.1.
extension ElementID {
  public static let segment = ElementID(rawValue: 0x1853_8067)
  public static let seekHead = ElementID(rawValue: 0x114D_9B74)
  public static let info = ElementID(rawValue: 0x1549_A966)
  public static let tracks = ElementID(rawValue: 0x1654_AE6B)
  public static let cluster = ElementID(rawValue: 0x1F43_B675)
  public static let cues = ElementID(rawValue: 0x1C53_BB6B)
  public static let chapters = ElementID(rawValue: 0x1043_A770)
  public static let attachments = ElementID(rawValue: 0x1941_A469)
  public static let tags = ElementID(rawValue: 0x1254_C367)

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
  public static let seek = ElementID(rawValue: 0x4DBB)
  public static let seekID = ElementID(rawValue: 0x53AB)
  public static let seekPosition = ElementID(rawValue: 0x53AC)

  public static let timestampScale = ElementID(rawValue: 0x2A_D7B1)
  public static let duration = ElementID(rawValue: 0x4489)
  public static let dateUTC = ElementID(rawValue: 0x4461)
  public static let muxingApp = ElementID(rawValue: 0x4D80)
  public static let writingApp = ElementID(rawValue: 0x5741)

  public static let timestamp = ElementID(rawValue: 0xE7)
  public static let simpleBlock = ElementID(rawValue: 0xA3)
  public static let blockGroup = ElementID(rawValue: 0xA0)
  public static let block = ElementID(rawValue: 0xA1)
  public static let blockDuration = ElementID(rawValue: 0x9B)
  public static let referenceBlock = ElementID(rawValue: 0xFB)
  public static let discardPadding = ElementID(rawValue: 0x75A2)

  public static let cuePoint = ElementID(rawValue: 0xBB)
  public static let cueTime = ElementID(rawValue: 0xB3)
  public static let cueTrackPositions = ElementID(rawValue: 0xB7)
  public static let cueTrack = ElementID(rawValue: 0xF7)
  public static let cueClusterPosition = ElementID(rawValue: 0xF1)
  public static let cueRelativePosition = ElementID(rawValue: 0xF0)
}

// Tracks, RFC 9559 §5.1.4.
extension ElementID {
  public static let trackEntry = ElementID(rawValue: 0xAE)
  public static let trackNumber = ElementID(rawValue: 0xD7)
  public static let trackUID = ElementID(rawValue: 0x73C5)
  public static let trackType = ElementID(rawValue: 0x83)
  public static let flagLacing = ElementID(rawValue: 0x9C)
  public static let defaultDuration = ElementID(rawValue: 0x23_E383)
  public static let name = ElementID(rawValue: 0x536E)
  public static let language = ElementID(rawValue: 0x22_B59C)
  public static let codecID = ElementID(rawValue: 0x86)
  public static let codecPrivate = ElementID(rawValue: 0x63A2)
  public static let codecDelay = ElementID(rawValue: 0x56AA)
  public static let seekPreRoll = ElementID(rawValue: 0x56BB)

  public static let video = ElementID(rawValue: 0xE0)
  public static let pixelWidth = ElementID(rawValue: 0xB0)
  public static let pixelHeight = ElementID(rawValue: 0xBA)
  public static let colour = ElementID(rawValue: 0x55B0)
  public static let matrixCoefficients = ElementID(rawValue: 0x55B1)
  public static let range = ElementID(rawValue: 0x55B9)
  public static let transferCharacteristics = ElementID(rawValue: 0x55BA)
  public static let primaries = ElementID(rawValue: 0x55BB)

  public static let audio = ElementID(rawValue: 0xE1)
  public static let samplingFrequency = ElementID(rawValue: 0xB5)
  public static let channels = ElementID(rawValue: 0x9F)
}
