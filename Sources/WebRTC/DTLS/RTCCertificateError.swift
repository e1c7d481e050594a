/// A certificate could not be generated or loaded.
public struct RTCCertificateError: Error, Hashable, CustomStringConvertible {
  /// The function of OpenSSL that failed, or the parameter that is out of range.
  public let function: String
  /// OpenSSL's error code.
  public let status: UInt

  public var description: String { "The certificate cannot be made: \(function) failed with \(status)." }
}
