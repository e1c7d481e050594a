import Media
import Synthetic
import TestSupport
import Testing

@testable import Encoding

struct RateWindowTests {
  @Test func `a new window has the bits of its whole span available`() {
    var window = RateWindow(bitrate: 1000, span: .seconds(10))
    #expect(window.available(now: .seconds(5)) == 10_000)
  }

  @Test func `bits are used for the span of ten seconds, and at most 2 % longer`() {
    var window = RateWindow(bitrate: 1000, span: .seconds(10))
    window.add(bits: 4000, now: .seconds(100))
    #expect(window.available(now: .seconds(109.99)) == 6000)
    #expect(window.available(now: .seconds(110.2)) == 10_000)
  }

  @Test func `bits above the limit make the available number negative`() {
    var window = RateWindow(bitrate: 1000, span: .seconds(10))
    window.add(bits: 12_000, now: .seconds(1))
    #expect(window.available(now: .seconds(2)) == -2000)
  }

  @Test func `after a long pause all bits are available`() {
    var window = RateWindow(bitrate: 1000, span: .seconds(10))
    for tenth in 0..<50 { window.add(bits: 100, now: .milliseconds(Int64(tenth) * 100)) }
    #expect(window.used == 5000)
    #expect(window.available(now: .seconds(100_000)) == 10_000)
  }

  @Test(arguments: 1...20) func `used is the bits of the last 10 to 10.2 s`(
    seed: UInt64
  ) {
    var random = SeededRandom(seed: seed)
    var window = RateWindow(bitrate: 1_000_000, span: .seconds(10))
    var sent: [(time: MediaTime, bits: Int)] = []
    var now = MediaTime.seconds(Double(random.next() % 1000))
    var isRight = true
    for _ in 0..<1000 {
      now += .milliseconds(Int64(random.next() % 60))
      let bits = Int(random.next() % 50_000)
      window.add(bits: bits, now: now)
      sent.append((now, bits))
      let exact = sent.reduce(0) { $0 + (now - $1.time < .seconds(10) ? $1.bits : 0) }
      let loose = sent.reduce(0) { $0 + (now - $1.time < .seconds(10.2) ? $1.bits : 0) }
      isRight = isRight && (exact...loose).contains(window.used)
    }
    #expect(isRight)
  }
}

struct BitModelTests {
  @Test func `bits grow with macroblocks and fall with the step`() {
    let model = BitModel(factor: 1000)
    let few = model.bits(macroblocks: 10, quantizer: VP8Quantizer(10))
    #expect(model.bits(macroblocks: 20, quantizer: VP8Quantizer(10)) >= 2 * few - 1)
    #expect(model.bits(macroblocks: 10, quantizer: VP8Quantizer(40)) < few)
  }

  @Test func `the chosen quantizer is the finest that fits`() {
    let model = BitModel(factor: 3000)
    for bits in [100, 1000, 10_000, 100_000] {
      let chosen = model.quantizer(macroblocks: 100, bits: bits, finest: VP8Quantizer(4))
      #expect(chosen >= VP8Quantizer(4))
      if chosen.value < 63 { #expect(model.bits(macroblocks: 100, quantizer: chosen) <= bits) }
      if chosen.value > 4 {
        #expect(model.bits(macroblocks: 100, quantizer: VP8Quantizer(chosen.value - 1)) > bits)
      }
    }
  }

  @Test func `a picture that no quantizer makes fit gets the coarsest`() {
    let model = BitModel(factor: 1e9)
    #expect(model.quantizer(macroblocks: 100, bits: 0, finest: VP8Quantizer(0)) == VP8Quantizer(63))
  }

  @Test func `after 40 frames the model predicts their bits within 2 %`() {
    var model = BitModel(factor: 1000)
    let truth = BitModel(factor: 8000)
    for round in 0..<40 {
      let quantizer = VP8Quantizer(round % 60)
      model.update(bits: truth.bits(macroblocks: 500, quantizer: quantizer), macroblocks: 500, quantizer: quantizer)
    }
    let expected = Double(truth.bits(macroblocks: 300, quantizer: VP8Quantizer(20)))
    #expect(abs(Double(model.bits(macroblocks: 300, quantizer: VP8Quantizer(20))) - expected) < expected * 0.02)
  }

  @Test func `empty frames do not change the model, and frames of 0 bits do not make it predict 0`() {
    var model = BitModel(factor: 1000)
    model.update(bits: 99_999, macroblocks: 0, quantizer: VP8Quantizer(10))
    #expect(model.bits(macroblocks: 1000, quantizer: VP8Quantizer(0)) == 250_000)
    for _ in 0..<200 { model.update(bits: 0, macroblocks: 100, quantizer: VP8Quantizer(0)) }
    #expect(model.bits(macroblocks: 1000, quantizer: VP8Quantizer(0)) > 0)
  }
}

struct VP8QuantizerTests {
  @Test func `values are clamped to 0…63`() {
    #expect(VP8Quantizer(-5).value == 0)
    #expect(VP8Quantizer(64).value == 63)
    #expect(VP8Quantizer(17).value == 17)
  }

  @Test func `the step is that of RFC 6386, and grows with the value`() {
    #expect(VP8Quantizer(0).step == 4)
    // The last index, 127, and index 58.
    #expect(VP8Quantizer(63).step == 284)
    #expect(VP8Quantizer(30).step == 43)
    for value in 1...63 { #expect(VP8Quantizer(value).step > VP8Quantizer(value - 1).step) }
    #expect(VP8Quantizer(3) < VP8Quantizer(4))
  }
}

struct LiveRateWindowTests {
  @Test func `bits are used for a span of two seconds, and a lower rate keeps the free share`() {
    var window = RateWindow(bitrate: 1000, span: .seconds(2))
    window.add(bits: 1500, now: .seconds(10))
    #expect(window.available(now: .seconds(11)) == 500)
    window.bitrate = 500
    #expect(window.available(now: .seconds(11.9)) == 250)
    window.bitrate = 1000
    #expect(window.available(now: .seconds(11.95)) == 1250)
    #expect(window.available(now: .seconds(12.05)) == 2000)
  }
}
