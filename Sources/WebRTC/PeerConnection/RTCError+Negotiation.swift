internal import JSEP
internal import SDP

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
