/// The X server's error reply to a request. Source: X Window System Protocol, "Errors".
struct XRequestError: Error, Equatable {
  /// Which error, such as 8 for BadMatch.
  var code: UInt8
  /// The request's major opcode.
  var request: UInt8
  /// The request's minor opcode, of an extension's requests.
  var minor: UInt8
}
