/// libvpx refused: which function, its status, and its own words.
public struct EncoderError: Error, CustomStringConvertible {
  /// The C function that failed.
  public let function: String
  /// Its `vpx_codec_err_t`.
  public let status: Int
  /// libvpx's explanation.
  public let detail: String

  public var description: String { "the VP8 encoder failed: \(function) says \"\(detail)\" (\(status))" }
}
