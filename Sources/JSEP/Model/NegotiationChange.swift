public import SDP

/// What setting a description has changed, for the peer to do. `Negotiation.media` and `Negotiation.transports` hold what is
/// so now; transports that are in `transports` no longer are to be closed.
public struct NegotiationChange: Sendable, Hashable {
  /// A track of the other side's. Source: W3C WebRTC §5.1.1, "process remote tracks".
  public enum RemoteTrack: Sendable, Hashable {
    /// It begins to come: event `track`.
    case added(TransceiverID, streams: [String])
    /// It comes no more: the receiver's track is muted and leaves its streams.
    case removed(TransceiverID)
    /// It is in other streams now.
    case moved(TransceiverID, streams: [String])
  }

  /// An address of the other side's to try.
  public struct RemoteCandidate: Sendable, Hashable {
    public var transport: TransportID
    public var candidate: ICECandidate
    /// The credentials it belongs to.
    public var usernameFragment: String

    public init(transport: TransportID, candidate: ICECandidate, usernameFragment: String) {
      self.transport = transport
      self.candidate = candidate
      self.usernameFragment = usernameFragment
    }
  }

  public var signalingState: RTCSignalingState
  /// Transceivers that a remote offer made.
  public var created: [TransceiverID] = []
  /// Transceivers that are stopped now.
  public var stopped: [TransceiverID] = []
  /// Transceivers that are gone: stopped ones whose section both sides have rejected, and what a rollback takes back.
  public var removed: [TransceiverID] = []
  public var tracks: [RemoteTrack] = []
  /// Whether offer and answer are complete, or provisionally so: `media` is new.
  public var isAgreed = false
  /// What is to be tried now.
  public var candidates: [RemoteCandidate] = []
  /// Transports that get no more remote candidates.
  public var endsOfCandidates: [TransportID] = []
  /// Transports whose restart, asked for while an offer or answer was made, comes to nothing.
  public var abandonedRestarts: [TransportID] = []

  public init(signalingState: RTCSignalingState) { self.signalingState = signalingState }
}
