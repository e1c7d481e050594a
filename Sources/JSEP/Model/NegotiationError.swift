public import SDP

/// Why a step of offer and answer is refused, under the names that the W3C gives.
public enum NegotiationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Not now: `InvalidStateError`.
  case invalidState(String)
  /// A description that contradicts itself, what was agreed on, or what is required: `InvalidAccessError`.
  case invalidAccess(String)
  /// A local description that is not the one that was made, or a codec that is not there: `InvalidModificationError`.
  case invalidModification(String)
  /// An argument that says nothing: `TypeError`.
  case type(String)
  /// No SDP: `RTCError` with `errorDetail` `sdp-syntax-error` and `sdpLineNumber`.
  case syntax(SDPError)
  /// Anything else: `OperationError`.
  case operation(String)

  /// The specification's name of the error.
  public var name: String {
    switch self {
    case .invalidState: "InvalidStateError"
    case .invalidAccess: "InvalidAccessError"
    case .invalidModification: "InvalidModificationError"
    case .type: "TypeError"
    case .syntax: "RTCError"
    case .operation: "OperationError"
    }
  }

  public var description: String {
    switch self {
    case .invalidState(let text), .invalidAccess(let text), .invalidModification(let text), .type(let text),
      .operation(let text):
      text
    case .syntax(let error): error.description
    }
  }
}
