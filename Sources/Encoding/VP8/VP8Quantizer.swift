/// VP8's quantizer on the scale of libvpx's `rc_min_quantizer` and `rc_max_quantizer`: 0, the finest, to 63.
struct VP8Quantizer: Sendable, Hashable, Comparable {
  let value: Int

  /// `value` clamped to 0…63.
  init(_ value: Int) { self.value = min(63, max(0, value)) }

  static func < (left: VP8Quantizer, right: VP8Quantizer) -> Bool { left.value < right.value }

  /// The step that AC coefficients are divided by: bits fall and error grows with it.
  var step: Double { Double(Self.acSteps[Self.indices[value]]) }

  /// From 0…63 to the bitstream's index 0…127, as libvpx maps it (`vp8/vp8_cx_iface.c`).
  private static let indices: [Int] = [
    0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 29, 30, 31, 33, 35, 37, 39,
    41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 64, 67, 70, 73, 76, 79, 82, 85, 88, 91, 94, 97, 100, 103, 106, 109, 112,
    115, 118, 121, 124, 127,
  ]

  /// AC steps by index. Source: RFC 6386 §14.1, `ac_qlookup`.
  private static let acSteps: [Int] =
    Array(4...58) + Array(stride(from: 60, through: 116, by: 2)) + [
      119, 122, 125, 128, 131, 134, 137, 140, 143, 146, 149,
    ]
    + [152, 155, 158, 161, 164, 167, 170, 173, 177, 181, 185, 189, 193, 197, 201, 205, 209, 213, 217, 221, 225, 229]
    + [234, 239, 245, 249, 254, 259, 264, 269, 274, 279, 284]
}
