internal import CVPX
internal import Media

/// A libvpx VP8 encoder for pictures of one size: each call codes the marked macroblocks with the given quantizer and
/// speed, and leaves the rest as it was. `EncodePlanner` makes all decisions.
///
/// Owned by the encode thread. Source: `vpx_codec_enc_init`, `vpx_codec_encode`.
struct VP8Encoder: ~Copyable {
  /// What to code, and how.
  struct Request {
    /// The macroblocks to code; nil codes all, as a key frame must.
    var active: MacroblockMap?
    var quantizer: VP8Quantizer
    /// libvpx's fixed speeds, 4 (thorough) to 16 (fast). Below 4 libvpx ignores the map.
    var speed: Int
    var isKeyFrame = false
    /// Repeats the previous picture and does not change the decoder's state.
    var isRepeat = false
  }

  private let context: UnsafeMutablePointer<vpx_codec_ctx_t>
  private var configuration: vpx_codec_enc_cfg_t
  private var speed = 0
  private var mapInForce = false
  private let size: PixelSize

  init(size: PixelSize, threads: Int) throws(EncoderError) {
    self.size = size
    context = .allocate(capacity: 1)
    context.initialize(to: vpx_codec_ctx_t())
    configuration = vpx_codec_enc_cfg_t()
    var status = vpx_codec_enc_config_default(vpx_codec_vp8_cx(), &configuration, 0)
    configuration.g_w = UInt32(size.width)
    configuration.g_h = UInt32(size.height)
    configuration.g_threads = UInt32(threads)
    configuration.g_timebase = vpx_rational(num: 1, den: 1_000_000)
    // Profile 2 has no loop filter (RFC 6386 §9.1). On a desktop the filter only softens: refinement had to restore,
    // again and again, what it removed from text, and it ran over every macroblock of every frame. At speed 4 a
    // scrolled page takes little more than a third of the encoder's time without it, and three quarters of the bits; a
    // video takes a tenth more bits, and is as similar to its source.
    configuration.g_profile = 2
    configuration.g_lag_in_frames = 0
    // Variable rate, because constant rate turns on cyclic refresh, which conflicts with the active map;
    // `EncodePlanner` keeps the rate by setting the quantizer of each frame.
    configuration.rc_end_usage = VPX_VBR
    configuration.rc_target_bitrate = 100_000
    configuration.rc_dropframe_thresh = 0
    configuration.kf_mode = VPX_KF_DISABLED
    if status == VPX_CODEC_OK {
      status = oriel_vpx_enc_init_vp8(context, &configuration)
    }
    if status != VPX_CODEC_OK {
      // `deinit` frees the context, since all properties are set already.
      let detail = String(cString: vpx_codec_err_to_string(status))
      throw EncoderError(codec: "VP8", function: "vpx_codec_enc_init", status: Int(status.rawValue), detail: detail)
    }
    // A threshold above 0 leaves nearly correct macroblocks unrefined.
    try control(VP8E_SET_STATIC_THRESHOLD, 0)
    try control(VP8E_SET_NOISE_SENSITIVITY, 0)
    try control(VP8E_SET_TOKEN_PARTITIONS, 0)
    try control(VP8E_SET_SCREEN_CONTENT_MODE, 0)
  }

  deinit {
    vpx_codec_destroy(context)
    context.deallocate()
  }

  /// Codes `picture`.
  /// - Parameter time: later than at every call before.
  /// - Returns: the frame's bytes.
  mutating func encode(_ picture: I420Picture, _ request: Request, time: MediaTime) throws(EncoderError) -> [UInt8] {
    let quantizer = UInt32(request.quantizer.value)
    if configuration.rc_min_quantizer != quantizer || configuration.rc_max_quantizer != quantizer {
      configuration.rc_min_quantizer = quantizer
      configuration.rc_max_quantizer = quantizer
      try check("vpx_codec_enc_config_set", vpx_codec_enc_config_set(context, &configuration))
    }
    if speed != request.speed {
      speed = request.speed
      try control(VP8E_SET_CPUUSED, Int32(-speed))
    }
    try setActiveMap(request.isKeyFrame ? nil : request.active)

    var image = vpx_image_t()
    vpx_img_wrap(&image, VPX_IMG_FMT_I420, UInt32(size.width), UInt32(size.height), 1, picture.y)
    image.planes = (picture.y, picture.u, picture.v, nil)
    image.stride = (Int32(picture.yStride), Int32(picture.uvStride), Int32(picture.uvStride), 0)
    // Golden and alternate references hold old pictures: searching them costs more than a desktop gains.
    var flags = VP8_EFLAG_NO_REF_GF | VP8_EFLAG_NO_REF_ARF | VP8_EFLAG_NO_UPD_GF | VP8_EFLAG_NO_UPD_ARF
    if request.isKeyFrame { flags = VPX_EFLAG_FORCE_KF }
    if request.isRepeat { flags |= VP8_EFLAG_NO_UPD_LAST | VP8_EFLAG_NO_UPD_ENTROPY }
    try check(
      "vpx_codec_encode",
      vpx_codec_encode(
        context, &image, time.nanoseconds / 1000, 1, Int(flags), UInt(VPX_DL_REALTIME)))

    var bytes: [UInt8] = []
    var iterator: vpx_codec_iter_t?
    while let packet = vpx_codec_get_cx_data(context, &iterator) {
      guard packet.pointee.kind == VPX_CODEC_CX_FRAME_PKT else { continue }
      let frame = packet.pointee.data.frame
      bytes.append(contentsOf: UnsafeRawBufferPointer(start: frame.buf, count: frame.sz))
    }
    return bytes
  }

  /// Calls `body` with the picture as a decoder shows it now. Source: `vpx_codec_get_preview_frame`.
  func withReconstruction<Result>(_ body: (Reconstruction) -> Result) -> Result? {
    guard let image = vpx_codec_get_preview_frame(context) else { return nil }
    let (planes, strides) = (image.pointee.planes, image.pointee.stride)
    guard let y = planes.0, let u = planes.1, let v = planes.2 else { return nil }
    return body(
      Reconstruction(
        y: y, yStride: Int(strides.0), u: (UnsafePointer(u), Int(strides.1)), v: (UnsafePointer(v), Int(strides.2))))
  }

  /// The planes of a decoded picture, valid until the next call.
  struct Reconstruction {
    let y: UnsafePointer<UInt8>
    let yStride: Int
    let u: (plane: UnsafePointer<UInt8>, stride: Int)
    let v: (plane: UnsafePointer<UInt8>, stride: Int)
  }

  private mutating func setActiveMap(_ map: MacroblockMap?) throws(EncoderError) {
    guard map != nil || mapInForce else { return }
    mapInForce = map != nil
    var marks = map?.marks ?? []
    let status = marks.withUnsafeMutableBufferPointer { marks in
      var active = vpx_active_map(
        active_map: map == nil ? nil : marks.baseAddress, rows: UInt32((size.height + 15) / 16),
        cols: UInt32((size.width + 15) / 16))
      return oriel_vpx_control_active_map(context, &active)
    }
    try check("VP8E_SET_ACTIVEMAP", status)
  }

  private func control(_ id: vp8e_enc_control_id, _ value: Int32) throws(EncoderError) {
    try check("vpx_codec_control \(id.rawValue)", oriel_vpx_control_int(context, Int32(id.rawValue), value))
  }

  private func check(_ function: String, _ status: vpx_codec_err_t) throws(EncoderError) {
    guard status != VPX_CODEC_OK else { return }
    let detail = vpx_codec_error_detail(context) ?? vpx_codec_error(context)
    throw EncoderError(
      codec: "VP8", function: function, status: Int(status.rawValue),
      detail: detail.map { String(cString: $0) } ?? "no reason given")
  }
}
