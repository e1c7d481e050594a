internal import CYUV
internal import Media

/// Converts the dirty parts of a source's frames to I420, and finds the macroblocks that changed.
///
/// Damage covers what was drawn, often far more than what changed: a scrolled page is mostly white on white. Each dirty
/// band of macroblocks is therefore converted into a small buffer that stays in the cache, and compared with the
/// picture; only macroblocks that differ are copied, marked and later encoded.
/// `@unchecked Sendable`: its buffers belong to the holder of the lock around it.
struct PictureConverter: @unchecked Sendable {
  /// The size of the frames.
  let inputSize: PixelSize
  /// One row of macroblocks, freshly converted.
  private let band: I420Picture
  /// Where frames and pictures differ in size: the whole frame, since scaling needs neighbouring pixels; the frame
  /// halved repeatedly while still large enough; and a canvas with black bars that the smallest is scaled into.
  private let fitted: (levels: [I420Picture], canvas: I420Picture, place: PixelRect)?

  /// - Parameters:
  ///   - inputSize: of the frames.
  ///   - contentSize: what a frame is scaled to, with its own aspect ratio and never larger; nil keeps its size if that
  ///     fits.
  ///   - outputSize: of the pictures; a frame of another size is scaled down to fit, keeps its aspect ratio, is never
  ///     enlarged, and gets black bars.
  init(inputSize: PixelSize, contentSize: PixelSize? = nil, outputSize: PixelSize) {
    self.inputSize = inputSize
    band = I420Picture(size: PixelSize(width: inputSize.width, height: 16))
    let size = (contentSize ?? inputSize).fitted(into: outputSize)
    guard inputSize != outputSize || size != outputSize else {
      fitted = nil
      return
    }
    // Even positions keep the chroma planes aligned.
    let place = PixelRect(
      x: (outputSize.width - size.width) / 4 * 2, y: (outputSize.height - size.height) / 4 * 2, width: size.width,
      height: size.height)
    // Halves are exact means. For other ratios libyuv's box filter rounds each plane down, which tints flat colours by
    // up to 4 levels; its bilinear filter keeps grey within 2 levels, but needs a ratio below 2 to use every pixel.
    var levels = [I420Picture(size: inputSize)]
    var half = PixelSize(width: inputSize.width / 2, height: inputSize.height / 2)
    while half.width % 2 == 0, half.height % 2 == 0, levels[levels.count - 1].size.width == half.width * 2,
      levels[levels.count - 1].size.height == half.height * 2, half.width >= size.width, half.height >= size.height
    {
      levels.append(I420Picture(size: half))
      half = PixelSize(width: half.width / 2, height: half.height / 2)
    }
    fitted = (levels, I420Picture(size: outputSize), place)
  }

  /// Updates `picture` from `frame` and marks the macroblocks that changed in `changed`.
  func convert(_ frame: borrowing VideoFrame, into picture: I420Picture, changed: inout MacroblockMap) {
    guard let (levels, canvas, place) = fitted else {
      convertBands(frame, into: picture, changed: &changed)
      return
    }
    var dirty = MacroblockMap(size: inputSize)
    convertBands(frame, into: levels[0], changed: &dirty)
    guard !dirty.isEmpty || frame.dirty.bounds.contains(PixelRect(inputSize)) else { return }
    for (larger, smaller) in zip(levels, levels.dropFirst()) {
      scale(larger, into: smaller, at: PixelRect(smaller.size), kFilterBox)
    }
    scale(levels[levels.count - 1], into: canvas, at: place, kFilterBilinear)
    for row in 0..<changed.rows {
      takeRow(row, columns: 0..<changed.columns, from: canvas, sourceRow: row, into: picture, changed: &changed)
    }
  }

  /// Scales a whole picture into a rectangle of another, whose corner is even.
  private func scale(_ source: I420Picture, into target: I420Picture, at place: PixelRect, _ filter: FilterMode) {
    ScalePlane(
      source.y, Int32(source.yStride), Int32(source.size.width), Int32(source.size.height),
      target.y + place.y * target.yStride + place.x, Int32(target.yStride), Int32(place.width), Int32(place.height),
      filter)
    let offset = place.y / 2 * target.uvStride + place.x / 2
    for (from, into) in [(source.u, target.u), (source.v, target.v)] {
      ScalePlane(
        from, Int32(source.uvStride), Int32(source.chromaSize.width), Int32(source.chromaSize.height), into + offset,
        Int32(target.uvStride), Int32((place.width + 1) / 2), Int32((place.height + 1) / 2), filter)
    }
  }

  /// Converts the dirty macroblocks of a frame of the picture's own size, band by band.
  private func convertBands(
    _ frame: borrowing VideoFrame, into picture: I420Picture, changed: inout MacroblockMap
  ) {
    let pixels = frame.pixels.assumingMemoryBound(to: UInt8.self)
    for row in 0..<changed.rows {
      let top = row * 16
      let height = min(16, inputSize.height - top)
      for columns in dirtyColumns(of: frame.dirty, top: top, bottom: top + height) {
        let left = columns.lowerBound * 16
        let width = min(columns.upperBound * 16, inputSize.width) - left
        ARGBToI420(
          pixels + top * frame.bytesPerRow + left * 4, Int32(frame.bytesPerRow), band.y + left, Int32(band.yStride),
          band.u + left / 2, Int32(band.uvStride), band.v + left / 2, Int32(band.uvStride), Int32(width),
          Int32(height))
        takeRow(row, columns: columns, from: band, sourceRow: 0, into: picture, changed: &changed)
      }
    }
  }

  /// The ranges of macroblock columns that `region` touches between two lines, joined where they meet.
  private func dirtyColumns(of region: DirtyRegion, top: Int, bottom: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for rect in region.rects where rect.y < bottom && rect.maxY > top {
      let left = max(0, rect.x) / 16
      let right = (min(inputSize.width, rect.maxX) + 15) / 16
      if left < right { ranges.append(left..<right) }
    }
    guard ranges.count > 1 else { return ranges }
    ranges.sort { $0.lowerBound < $1.lowerBound }
    var joined = [ranges[0]]
    for range in ranges.dropFirst() {
      if range.lowerBound <= joined[joined.count - 1].upperBound {
        joined[joined.count - 1] =
          joined[joined.count - 1].lowerBound..<max(joined[joined.count - 1].upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    return joined
  }

  /// Copies from row `sourceRow` of `source` the macroblocks that differ from row `row` of `picture`, and marks them.
  private func takeRow(
    _ row: Int, columns: Range<Int>, from source: I420Picture, sourceRow: Int, into picture: I420Picture,
    changed: inout MacroblockMap
  ) {
    let lines = min(16, picture.size.height - row * 16)
    let chromaLines = (lines + 1) / 2
    for column in columns {
      let width = min(16, picture.size.width - column * 16)
      let chromaWidth = (width + 1) / 2
      let ySource = source.y + sourceRow * 16 * source.yStride + column * 16
      let yTarget = picture.y + row * 16 * picture.yStride + column * 16
      let uvSource = sourceRow * 8 * source.uvStride + column * 8
      let uvTarget = row * 8 * picture.uvStride + column * 8
      if blocksEqual(ySource, source.yStride, yTarget, picture.yStride, width, lines),
        blocksEqual(
          source.u + uvSource, source.uvStride, picture.u + uvTarget, picture.uvStride, chromaWidth, chromaLines),
        blocksEqual(
          source.v + uvSource, source.uvStride, picture.v + uvTarget, picture.uvStride, chromaWidth, chromaLines)
      {
        continue
      }
      copyBlock(ySource, source.yStride, yTarget, picture.yStride, width, lines)
      copyBlock(source.u + uvSource, source.uvStride, picture.u + uvTarget, picture.uvStride, chromaWidth, chromaLines)
      copyBlock(source.v + uvSource, source.uvStride, picture.v + uvTarget, picture.uvStride, chromaWidth, chromaLines)
      changed[row * changed.columns + column] = true
    }
  }
}

/// Whether two blocks of `width × lines` bytes are the same; the common widths 16 and 8 go by whole words.
private func blocksEqual(
  _ a: UnsafePointer<UInt8>, _ aStride: Int, _ b: UnsafePointer<UInt8>, _ bStride: Int, _ width: Int, _ lines: Int
) -> Bool {
  let a = UnsafeRawPointer(a)
  let b = UnsafeRawPointer(b)
  for line in 0..<lines {
    let left = a + line * aStride
    let right = b + line * bStride
    var offset = 0
    while offset + 8 <= width {
      if left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      {
        return false
      }
      offset += 8
    }
    while offset < width {
      if left.load(fromByteOffset: offset, as: UInt8.self) != right.load(fromByteOffset: offset, as: UInt8.self) {
        return false
      }
      offset += 1
    }
  }
  return true
}

private func copyBlock(
  _ source: UnsafePointer<UInt8>, _ sourceStride: Int, _ target: UnsafeMutablePointer<UInt8>, _ targetStride: Int,
  _ width: Int, _ lines: Int
) {
  for line in 0..<lines {
    (target + line * targetStride).update(from: source + line * sourceStride, count: width)
  }
}
