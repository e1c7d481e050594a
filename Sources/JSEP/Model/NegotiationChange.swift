public import SDP

/// The effects of setting a description, for the peer connection to carry out. `Negotiation.media` and
/// `Negotiation.transports` contain the new state; transports no longer in `transports` are to be closed.
public struct NegotiationChange: Sendable, Hashable {
  /// A change of a remote track. Source: W3C WebRTC §5.1.1, "process remote tracks".
  public enum RemoteTrack: Sendable, Hashable {
    /// The remote end starts to send it: event `track`.
    case added(TransceiverID, streams: [String])
    /// The remote end stops sending it: the receiver's track is muted and leaves its streams.
    case removed(TransceiverID)
    /// Its streams have changed.
    case moved(TransceiverID, streams: [String])
  }

  /// A remote candidate to check.
  public struct RemoteCandidate: Sendable, Hashable {
    public var transport: TransportID
    public var candidate: ICECandidate
    /// The username fragment of its credentials.
    public var usernameFragment: String

    public init(transport: TransportID, candidate: ICECandidate, usernameFragment: String) {
      self.transport = transport
      self.candidate = candidate
      self.usernameFragment = usernameFragment
    }
  }

  public var signalingState: RTCSignalingState
  /// Transceivers created by a remote offer.
  public var created: [TransceiverID] = []
  /// Transceivers that are now stopped.
  public var stopped: [TransceiverID] = []
  /// Transceivers removed: stopped ones whose section both sides have rejected, and those undone by a rollback.
  public var removed: [TransceiverID] = []
  public var tracks: [RemoteTrack] = []
  /// Whether an offer and answer are complete, or provisionally so: `media` is new.
  public var isAgreed = false
  /// Remote candidates to check now.
  public var candidates: [RemoteCandidate] = []
  /// Transports that receive no more remote candidates.
  public var endsOfCandidates: [TransportID] = []
  /// Transports whose ICE restart, requested while an offer or answer was created, is cancelled.
  public var abandonedRestarts: [TransportID] = []

  public init(signalingState: RTCSignalingState) { self.signalingState = signalingState }
}
