internal import CVPX
import Media

/// A libvpx VP8 decoder, for checking recordings, not for playing them.
///
/// Owned by one thread at a time. Source: `vpx_codec_dec_init`, `vpx_codec_decode`.
package struct VP8Decoder: ~Copyable {
  private let context: UnsafeMutablePointer<vpx_codec_ctx_t>

  /// - Throws: `EncoderError` with libvpx's status.
  package init() throws(EncoderError) {
    context = .allocate(capacity: 1)
    context.initialize(to: vpx_codec_ctx_t())
    let status = oriel_vpx_dec_init_vp8(context)
    guard status == VPX_CODEC_OK else {
      throw EncoderError(
        codec: "VP8", function: "vpx_codec_dec_init", status: Int(status.rawValue),
        detail: String(cString: vpx_codec_err_to_string(status)))
    }
  }

  deinit {
    vpx_codec_destroy(context)
    context.deallocate()
  }

  /// Decodes a frame.
  /// - Returns: the picture that is shown after it; nil for an invalid or hidden frame.
  package mutating func decode(_ frame: [UInt8]) -> DecodedPicture? {
    guard vpx_codec_decode(context, frame, UInt32(frame.count), nil, 0) == VPX_CODEC_OK else { return nil }
    var place: vpx_codec_iter_t?
    guard let image = vpx_codec_get_frame(context, &place), let luma = image.pointee.planes.0 else { return nil }
    let size = PixelSize(width: Int(image.pointee.d_w), height: Int(image.pointee.d_h))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size.width * size.height)
    for row in 0..<size.height {
      bytes += UnsafeBufferPointer(start: luma + row * Int(image.pointee.stride.0), count: size.width)
    }
    return DecodedPicture(size: size, luma: bytes)
  }
}
