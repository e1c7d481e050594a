internal import Media

/// The streams that the peer's descriptions name. A stream exists as long as it has a track.
struct RemoteStreams {
  private var streams: [String: MediaStream] = [:]

  /// Moves a receiver's track to the streams with these ids, out of all others.
  @NetworkThreadActor mutating func move(_ receiver: RTCRtpReceiver, to ids: [String]) {
    for stream in receiver.streams where !ids.contains(stream.id) {
      stream.removeRemoteTrack(receiver.track)
      if stream.getTracks().isEmpty { streams[stream.id] = nil }
    }
    receiver.streams = ids.map { id in
      let stream = streams[id] ?? MediaStream(id: id)
      streams[id] = stream
      stream.addRemoteTrack(receiver.track)
      return stream
    }
  }

  mutating func removeAll() { streams = [:] }
}
