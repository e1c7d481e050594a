/// The stream that a section's track is in: `msid`. Source: RFC 8830 §2.
public struct MediaStreamIdentifier: SDPValue {
  /// The stream's id; `-` where the track is in none.
  public var stream: String
  /// The track's id; peers of RFC 9429 leave it out or take no notice of it.
  public var track: String?

  public init(stream: String, track: String? = nil) {
    self.stream = stream
    self.track = track
  }

  package init?(sdp text: Substring) {
    guard let fields = SDPText.fields(text), (1...2).contains(fields.count), fields.allSatisfy(SDPText.isVisible) else {
      return nil
    }
    self.init(stream: String(fields[0]), track: fields.count > 1 ? String(fields[1]) : nil)
  }

  public var description: String { track.map { "\(stream) \($0)" } ?? stream }
}
