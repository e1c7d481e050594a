import Media
import Synthetic
import TestSupport
import Testing

@testable import Encoding

/// libvpx in memory, its frames decoded by ffmpeg.
struct VP8EncoderTests {
  private let size = PixelSize(width: 321, height: 241)

  private func coarse(_ active: MacroblockMap?, _ quantizer: Int = 20) -> VP8Encoder.Request {
    VP8Encoder.Request(active: active, quantizer: VP8Quantizer(quantizer), speed: 4)
  }

  private let key = VP8Encoder.Request(active: nil, quantizer: VP8Quantizer(20), speed: 4, isKeyFrame: true)

  /// An I420 picture of text-like content.
  private func text(_ seed: UInt64) -> I420Picture {
    var painted = PaintedPicture(size)
    painted.write(PixelRect(size), seed: seed)
    let picture = I420Picture(size: size)
    convert(painted, DirtyRegion(PixelRect(size)), into: picture)
    return picture
  }

  @Test func `inactive macroblocks are decoded unchanged, even if the source changes there`() async throws {
    var encoder = try VP8Encoder(size: size, threads: 1)
    var frames = [try encoder.encode(text(0), key, time: .milliseconds(1))]
    var maps: [MacroblockMap] = []
    for round in 1..<12 {
      var active = MacroblockMap(size: size)
      for index in 0..<active.total where (index * 7 + round * 13) % 11 < 4 { active[index] = true }
      maps.append(active)
      frames.append(try encoder.encode(text(UInt64(round)), coarse(active), time: .milliseconds(Int64(round) * 33)))
    }
    let pictures = try await IVF(size, frames).pictures()
    try #require(pictures.count == 12)
    for (index, active) in maps.enumerated() {
      var touched = difference(pictures[index], pictures[index + 1], size)
      // Active macroblocks are coded.
      #expect(touched.count * 10 > active.count * 9)
      touched.subtract(active)
      #expect(touched.isEmpty)
    }
  }

  @Test func `keep-alives repeat the picture and change no later frame`() async throws {
    var encoder = try VP8Encoder(size: size, threads: 1)
    var without: [[UInt8]] = []
    var with: [[UInt8]] = []
    var repeats: [Int] = []
    var keepAlive: [UInt8]?
    var random = SeededRandom(seed: 4)
    let nothing = MacroblockMap(size: size)
    for round in 0..<40 {
      let time = MediaTime.milliseconds(Int64(round + 1) * 33)
      let isKey = round == 0 || round == 25
      var active = nothing
      for index in 0..<active.total where random.next() % 3 == 0 { active[index] = true }
      let request = isKey ? key : coarse(active, Int(random.next() % 50))
      let frame = try encoder.encode(text(UInt64(round)), request, time: time)
      without.append(frame)
      with.append(frame)
      guard round % 3 == 1 else { continue }
      if keepAlive == nil {
        // Coded once, in the middle of the stream, and repeated afterwards.
        keepAlive = try encoder.encode(
          text(UInt64(round)),
          VP8Encoder.Request(active: nothing, quantizer: VP8Quantizer(0), speed: 6, isRepeat: true),
          time: time + .milliseconds(5))
      }
      for _ in 0..<Int(random.next() % 3) + 1 {
        with.append(keepAlive!)
        repeats.append(with.count - 1)
      }
    }
    #expect(keepAlive!.count < 200)
    var checksums = try await IVF(size, with).checksums()
    let expected = try await IVF(size, without).checksums()
    try #require(checksums.count == with.count)
    for index in repeats { #expect(checksums[index] == checksums[index - 1]) }
    for index in repeats.reversed() { checksums.remove(at: index) }
    #expect(checksums == expected)
    #expect(Set(expected).count == 40)
  }

  @Test func `the reconstruction equals the decoded picture, after key frames and others`() async throws {
    var encoder = try VP8Encoder(size: size, threads: 1)
    var frames: [[UInt8]] = []
    var shown: [[UInt8]] = []
    for round in 0..<6 {
      var active = MacroblockMap(size: size)
      active.markAll()
      let request = round % 3 == 0 ? key : coarse(active)
      frames.append(try encoder.encode(text(UInt64(round)), request, time: .milliseconds(Int64(round + 1) * 33)))
      let size = size
      let luma = encoder.withReconstruction { coded in
        (0..<size.height).flatMap { row in
          Array(UnsafeBufferPointer(start: coded.y + row * coded.yStride, count: size.width))
        }
      }
      shown.append(try #require(luma))
    }
    let pictures = try await IVF(size, frames).pictures()
    for (picture, luma) in zip(pictures, shown) { #expect(Array(picture.prefix(luma.count)) == luma) }
  }

  @Test func `a finer quantizer gives more bytes and a more similar picture`() async throws {
    var sizes: [Int] = []
    var similarities: [Double] = []
    for quantizer in [50, 30, 10, 0] {
      var encoder = try VP8Encoder(size: size, threads: 1)
      let request = VP8Encoder.Request(active: nil, quantizer: VP8Quantizer(quantizer), speed: 4, isKeyFrame: true)
      let frame = try encoder.encode(text(1), request, time: .milliseconds(1))
      sizes.append(frame.count)
      similarities.append(lumaSimilarity(planes(text(1)), try await IVF(size, [frame]).pictures()[0], size))
    }
    #expect(sizes == sizes.sorted())
    #expect(similarities == similarities.sorted())
    #expect(similarities[3] > 0.999)
  }

  @Test func `a size that VP8 does not support throws an EncoderError`() {
    #expect(throws: EncoderError.self) { _ = try VP8Encoder(size: PixelSize(width: 20_000, height: 16), threads: 1) }
    #expect(throws: EncoderError.self) { _ = try VP8Encoder(size: PixelSize(width: 0, height: 0), threads: 1) }
  }
}

/// The structural similarity of two pictures' luma: the mean over 8×8 windows, four pixels apart, like ffmpeg's filter.
func lumaSimilarity(_ a: [UInt8], _ b: [UInt8], _ size: PixelSize) -> Double {
  var sum = 0.0
  var windows = 0.0
  let (width, height) = (min(8, size.width), min(8, size.height))
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      for top in stride(from: 0, through: size.height - height, by: 4) {
        for left in stride(from: 0, through: size.width - width, by: 4) {
          var (sumA, sumB, squares, products) = (0, 0, 0, 0)
          for row in top..<top + height {
            for column in left..<left + width {
              let (x, y) = (Int(a[row * size.width + column]), Int(b[row * size.width + column]))
              sumA += x
              sumB += y
              squares += x * x + y * y
              products += x * y
            }
          }
          let count = Double(width * height)
          let (meanA, meanB) = (Double(sumA) / count, Double(sumB) / count)
          let variances = Double(squares) / count - meanA * meanA - meanB * meanB
          let covariance = Double(products) / count - meanA * meanB
          sum +=
            (2 * meanA * meanB + 6.5025) * (2 * covariance + 58.5225)
            / ((meanA * meanA + meanB * meanB + 6.5025) * (variances + 58.5225))
          windows += 1
        }
      }
    }
  }
  return sum / windows
}
