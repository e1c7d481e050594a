internal import Media

/// Measures the similarity of a coded macroblock to its source, so that refinement ends once it is sharp.
enum Sharpness {
  /// A macroblock that has just changed counts as sharp from this structural similarity on (luma, mean of its four 8×8
  /// blocks): a typed letter is not worth a second frame. Most macroblocks around it are perfect: the typing scene at
  /// rest reached 0.9998 as a whole.
  static let afterChange = 0.999
  /// The same for a macroblock that is being refined.
  static let afterRefinement = 0.9998

  /// Marks in `result` the macroblocks of `map` that are below `threshold`.
  static func findUnsharp(
    _ map: MacroblockMap, source: I420Picture, coded: VP8Encoder.Reconstruction, threshold: Double,
    into result: inout MacroblockMap
  ) {
    map.forEach { index in
      let column = index % map.columns
      let row = index / map.columns
      let offset = row * 16 * source.yStride + column * 16
      let width = min(16, source.size.width - column * 16)
      let lines = min(16, source.size.height - row * 16)
      let similarity = macroblock(
        source.y + offset, source.yStride, coded.y + row * 16 * coded.yStride + column * 16, coded.yStride, width, lines
      )
      if similarity < threshold { result[index] = true }
    }
  }

  /// Marks in `result` the macroblocks of `map` whose chroma is off by more than half a step of 256 on average: a
  /// coarse quantizer leaves flat areas sharp, but tinted.
  static func findTinted(
    _ map: MacroblockMap, source: I420Picture, coded: VP8Encoder.Reconstruction, into result: inout MacroblockMap
  ) {
    map.forEach { index in
      let column = index % map.columns
      let row = index / map.columns
      let width = min(8, source.chromaSize.width - column * 8)
      let lines = min(8, source.chromaSize.height - row * 8)
      for (source, stride, coded) in [
        (source.u, source.uvStride, coded.u), (source.v, source.uvStride, coded.v),
      ] {
        var error = 0
        for line in 0..<lines {
          let a = source + (row * 8 + line) * stride + column * 8
          let b = coded.plane + (row * 8 + line) * coded.stride + column * 8
          for pixel in 0..<width { error += abs(Int(a[pixel]) - Int(b[pixel])) }
        }
        if 2 * error > width * lines { result[index] = true }
      }
    }
  }

  /// The mean structural similarity of two pictures' luma, in rows without padding.
  static func similarity(of a: [UInt8], to b: [UInt8], _ size: PixelSize) -> Double {
    var sum = 0.0
    var blocks = 0.0
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return }
        for y in stride(from: 0, to: size.height, by: 16) {
          for x in stride(from: 0, to: size.width, by: 16) {
            let offset = y * size.width + x
            sum += macroblock(
              a + offset, size.width, b + offset, size.width, min(16, size.width - x), min(16, size.height - y))
            blocks += 1
          }
        }
      }
    }
    return blocks > 0 ? sum / blocks : 0
  }

  /// The structural similarity of two blocks of up to 16×16; blocks narrower than 8 at a picture's edge are measured at
  /// their actual width. Source: Wang et al. 2004, with C1 = (0.01·255)², C2 = (0.03·255)².
  private static func macroblock(
    _ a: UnsafePointer<UInt8>, _ aStride: Int, _ b: UnsafePointer<UInt8>, _ bStride: Int, _ width: Int, _ lines: Int
  ) -> Double {
    var sum = 0.0
    var blocks = 0.0
    for top in stride(from: 0, to: lines, by: 8) {
      for left in stride(from: 0, to: width, by: 8) {
        let rows = min(8, lines - top)
        let columns = min(8, width - left)
        let a = a + top * aStride + left
        let b = b + top * bStride + left
        sum += columns == 8 ? block(a, aStride, b, bStride, rows) : narrow(a, aStride, b, bStride, columns, rows)
        blocks += 1
      }
    }
    return sum / blocks
  }

  private static func block(
    _ a: UnsafePointer<UInt8>, _ aStride: Int, _ b: UnsafePointer<UInt8>, _ bStride: Int, _ rows: Int
  ) -> Double {
    let a = UnsafeRawPointer(a)
    let b = UnsafeRawPointer(b)
    var sumA = SIMD8<Int32>.zero
    var sumB = SIMD8<Int32>.zero
    var squares = SIMD8<Int32>.zero
    var products = SIMD8<Int32>.zero
    for row in 0..<rows {
      let left = SIMD8<Int32>(truncatingIfNeeded: a.loadUnaligned(fromByteOffset: row * aStride, as: SIMD8<UInt8>.self))
      let right = SIMD8<Int32>(
        truncatingIfNeeded: b.loadUnaligned(fromByteOffset: row * bStride, as: SIMD8<UInt8>.self))
      sumA &+= left
      sumB &+= right
      squares &+= left &* left &+ right &* right
      products &+= left &* right
    }
    return similarity(
      Double(sumA.wrappedSum()), Double(sumB.wrappedSum()), Double(squares.wrappedSum()),
      Double(products.wrappedSum()), Double(rows * 8))
  }

  private static func narrow(
    _ a: UnsafePointer<UInt8>, _ aStride: Int, _ b: UnsafePointer<UInt8>, _ bStride: Int, _ columns: Int, _ rows: Int
  ) -> Double {
    var sums = (a: 0, b: 0, squares: 0, products: 0)
    for row in 0..<rows {
      for column in 0..<columns {
        let left = Int(a[row * aStride + column])
        let right = Int(b[row * bStride + column])
        sums.a += left
        sums.b += right
        sums.squares += left * left + right * right
        sums.products += left * right
      }
    }
    return similarity(
      Double(sums.a), Double(sums.b), Double(sums.squares), Double(sums.products), Double(columns * rows))
  }

  private static func similarity(
    _ sumA: Double, _ sumB: Double, _ squares: Double, _ products: Double, _ count: Double
  ) -> Double {
    let c1 = 6.5025
    let c2 = 58.5225
    let meanA = sumA / count
    let meanB = sumB / count
    let variances = squares / count - meanA * meanA - meanB * meanB
    let covariance = products / count - meanA * meanB
    return (2 * meanA * meanB + c1) * (2 * covariance + c2) / ((meanA * meanA + meanB * meanB + c1) * (variances + c2))
  }
}
