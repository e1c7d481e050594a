package import SDP

/// The effects of setting a description, for the peer connection to carry out. `Negotiation.media` and
/// `Negotiation.transports` contain the new state; transports no longer in `transports` are to be closed.
package struct NegotiationChange: Sendable, Hashable {
  /// A change of a remote track. Source: W3C WebRTC §5.1.1, "process remote tracks".
  package enum RemoteTrack: Sendable, Hashable {
    /// The remote end starts to send it: event `track`.
    case added(TransceiverID, streams: [String])
    /// The remote end stops sending it: the receiver's track is muted and leaves its streams.
    case removed(TransceiverID)
    /// Its streams have changed.
    case moved(TransceiverID, streams: [String])
  }

  /// A remote candidate to check.
  package struct RemoteCandidate: Sendable, Hashable {
    package var transport: TransportID
    package var candidate: ICECandidate
    /// The username fragment of its credentials.
    package var usernameFragment: String

    package init(transport: TransportID, candidate: ICECandidate, usernameFragment: String) {
      self.transport = transport
      self.candidate = candidate
      self.usernameFragment = usernameFragment
    }
  }

  package var signalingState: RTCSignalingState
  /// Transceivers created by a remote offer.
  package var created: [TransceiverID] = []
  /// Transceivers that are now stopped.
  package var stopped: [TransceiverID] = []
  /// Transceivers removed: stopped ones whose section both sides have rejected, and those undone by a rollback.
  package var removed: [TransceiverID] = []
  package var tracks: [RemoteTrack] = []
  /// Whether an offer and answer are complete, or provisionally so: `media` is new.
  package var isAgreed = false
  /// Remote candidates to check now.
  package var candidates: [RemoteCandidate] = []
  /// Transports that receive no more remote candidates.
  package var endsOfCandidates: [TransportID] = []
  /// Transports whose ICE restart, requested while an offer or answer was created, is cancelled.
  package var abandonedRestarts: [TransportID] = []

  package init(signalingState: RTCSignalingState) { self.signalingState = signalingState }
}
