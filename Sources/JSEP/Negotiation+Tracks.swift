internal import SDP

extension Negotiation {
  /// Processes the tracks of a remote description, and its rejected sections.
  /// Source: W3C WebRTC §4.4.1.5 and §5.1.1, "process remote tracks".
  mutating func processTracks(_ description: SessionDescription, _ change: inout NegotiationChange) {
    for (index, media) in description.media.enumerated() {
      guard session.sections.indices.contains(index), let id = session.sections[index].transceiver,
        let place = self.index(of: id)
      else { continue }
      var direction = (media.direction ?? description.direction ?? .sendrecv).reversed
      if media.isRejected { direction = .inactive }
      process(direction, media, at: place, &change)
      if media.isRejected, !transceivers[place].isStopped {
        stop(at: place)
        change.stopped.append(id)
      }
    }
  }

  private mutating func process(
    _ direction: RTPTransceiverDirection, _ media: MediaDescription, at place: Int, _ change: inout NegotiationChange
  ) {
    let id = transceivers[place].id
    let before = transceivers[place].firedDirection?.receives ?? false
    let streams = direction.receives ? media.receivedStreams : []
    let moved = streams != transceivers[place].receiveStreams
    transceivers[place].receiveStreams = streams
    if direction.receives, !before {
      if let track = media.receivedTrack { transceivers[place].receiveTrackID = track }
      change.tracks.append(.added(id, streams: streams))
    } else if before, !direction.receives {
      change.tracks.append(.removed(id))
    } else if moved {
      change.tracks.append(.moved(id, streams: streams))
    }
    transceivers[place].firedDirection = direction
  }
}

extension MediaDescription {
  /// The stream ids, from the section's `msid` or, with old peers, from its `ssrc` lines.
  fileprivate var receivedStreams: [String] {
    var seen: Set<String> = []
    return identifiers.map(\.stream).filter { $0 != "-" && seen.insert($0).inserted }
  }

  fileprivate var receivedTrack: String? { identifiers.lazy.compactMap(\.track).first }

  private var identifiers: [MediaStreamIdentifier] {
    let own = msids
    guard own.isEmpty else { return own }
    return ssrcAttributes.filter { $0.name == "msid" }
      .compactMap { $0.value.flatMap { MediaStreamIdentifier(sdp: Substring($0)) } }
  }
}
