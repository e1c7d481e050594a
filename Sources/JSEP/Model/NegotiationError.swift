package import SDP

/// Why a negotiation step fails, by the W3C's error names.
package enum NegotiationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Not allowed in this state: `InvalidStateError`.
  case invalidState(String)
  /// A description that is inconsistent, contradicts the negotiated state, or lacks something required:
  /// `InvalidAccessError`.
  case invalidAccess(String)
  /// A local description that is not the one created, or an unsupported codec: `InvalidModificationError`.
  case invalidModification(String)
  /// A missing argument: `TypeError`.
  case type(String)
  /// Invalid SDP: `RTCError` with `errorDetail` `sdp-syntax-error` and `sdpLineNumber`.
  case syntax(SDPError)
  /// Anything else: `OperationError`.
  case operation(String)

  /// The error's name in the specification.
  package var name: String {
    switch self {
    case .invalidState: "InvalidStateError"
    case .invalidAccess: "InvalidAccessError"
    case .invalidModification: "InvalidModificationError"
    case .type: "TypeError"
    case .syntax: "RTCError"
    case .operation: "OperationError"
    }
  }

  package var description: String {
    switch self {
    case .invalidState(let text), .invalidAccess(let text), .invalidModification(let text), .type(let text),
      .operation(let text):
      text
    case .syntax(let error): error.description
    }
  }
}
