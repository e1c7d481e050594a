internal import JSEP
internal import SDP

/// Why a peer connection refused a call, or why it failed, under the specification's names. Source: W3C WebRTC §4.4, §11.
public struct RTCError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Name: String, Sendable, Hashable {
    case invalidState = "InvalidStateError"
    case invalidAccess = "InvalidAccessError"
    case invalidModification = "InvalidModificationError"
    case notSupported = "NotSupportedError"
    case operation = "OperationError"
    case syntax = "SyntaxError"
    case type = "TypeError"
    case range = "RangeError"
    /// The specification's RTCError; `errorDetail` says which one.
    case rtc = "RTCError"
  }

  /// Source: W3C WebRTC §11.2.
  public enum Detail: String, Sendable, Hashable {
    case dtlsFailure = "dtls-failure"
    case fingerprintFailure = "fingerprint-failure"
    case sdpSyntaxError = "sdp-syntax-error"
  }

  public var name: Name
  public var message: String
  public var errorDetail: Detail?
  /// The line of the description that is wrong, from 1.
  public var sdpLineNumber: Int?

  public init(_ name: Name, _ message: String, errorDetail: Detail? = nil, sdpLineNumber: Int? = nil) {
    self.name = name
    self.message = message
    self.errorDetail = errorDetail
    self.sdpLineNumber = sdpLineNumber
  }

  public var description: String { "\(name.rawValue): \(message)" }

  static let closed = RTCError(.invalidState, "the connection is closed")
}

extension RTCError {
  init(_ error: NegotiationError) {
    if case .syntax(let syntax) = error {
      self.init(.rtc, error.description, errorDetail: .sdpSyntaxError, sdpLineNumber: syntax.line)
    } else {
      self.init(Name(rawValue: error.name) ?? .operation, error.description)
    }
  }

  init(_ error: TransportError) {
    switch error {
    case .fingerprintMismatch: self.init(.rtc, error.description, errorDetail: .fingerprintFailure)
    case .alert, .handshakeFailed, .noCommonSRTPProfile:
      self.init(.rtc, error.description, errorDetail: .dtlsFailure)
    case .unreachable, .consentExpired, .tooManyAddresses, .closed, .library: self.init(.operation, error.description)
    }
  }
}
