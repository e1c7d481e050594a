/// A codec library reported an error: the function, its status and its message.
public struct EncoderError: Error, CustomStringConvertible {
  /// "VP8" or "Opus".
  public let codec: String
  /// The C function that failed.
  public let function: String
  /// Its `vpx_codec_err_t`, or libopus's error code.
  public let status: Int
  /// The library's explanation.
  public let detail: String

  public var description: String { "the \(codec) encoder failed: \(function) says \"\(detail)\" (\(status))" }
}
