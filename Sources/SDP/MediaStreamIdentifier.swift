/// The media stream and track of a section: `msid`. Source: RFC 8830 §2.
package struct MediaStreamIdentifier: SDPValue {
  /// The stream's id; `-` for a track in no stream.
  package var stream: String
  /// The track's id. Peers that follow RFC 9429 omit or ignore it.
  package var track: String?

  package init(stream: String, track: String? = nil) {
    self.stream = stream
    self.track = track
  }

  package init?(sdp text: Substring) {
    guard let fields = SDPText.fields(text), (1...2).contains(fields.count), fields.allSatisfy(SDPText.isVisible) else {
      return nil
    }
    self.init(stream: String(fields[0]), track: fields.count > 1 ? String(fields[1]) : nil)
  }

  package var description: String { track.map { "\(stream) \($0)" } ?? stream }
}
