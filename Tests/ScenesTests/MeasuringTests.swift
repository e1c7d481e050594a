import Foundation
import Media
import Testing

@testable import Scenes

@Suite struct MeasuringTests {
  private static let rate = Double(AudioFrame.sampleRate)

  /// Beeps with their onsets at samples `onsets`, mixed with noise and another tone.
  private func sound(_ onsets: [Int], seconds: Int, frequency: Double = 1000) -> [Float] {
    let shape = BeepShape(frequency: frequency)
    var random = SplitMix64(seed: 3)
    var samples = (0..<(seconds * AudioFrame.sampleRate)).map { index in
      Float(random.below(1000)) / 50_000 + Float(0.05 * sin(2 * .pi * 2500 * Double(index) / Self.rate))
    }
    for onset in onsets {
      for index in -shape.ramp..<shape.length where samples.indices.contains(onset + index) {
        samples[onset + index] += shape.sample(Int64(index))
      }
    }
    return samples
  }

  @Test(arguments: [440.0, 1000, 3000])
  func `beeps mixed with noise and another tone are found to within 0.15 ms`(frequency: Double) {
    let onsets = [10_007, 58_111, 106_050]
    let beeps = BeepDetector.beeps(in: sound(onsets, seconds: 3, frequency: frequency), frequency: frequency)
    #expect(beeps.count == 3)
    for (beep, onset) in zip(beeps, onsets) {
      #expect(abs(beep.time - Double(onset) / Self.rate) < 0.00015, "\(beep) \(onset)")
      #expect(abs(beep.level - -6) < 0.5)
    }
    #expect(BeepDetector.beeps(in: sound([], seconds: 3), frequency: frequency) == [])
  }

  @Test func `offset and drift are measured, and unmatched flashes and beeps are listed`() throws {
    // The beeps are 5 ms late, plus 0.1 ms per second.
    let flashes = (0..<20).map { Double($0) + 0.3 }
    var beeps = flashes.map { $0 + 0.005 + 0.0001 * $0 }
    beeps.remove(at: 7)
    beeps.append(40)
    let synchrony = Synchrony(flashes: flashes, beeps: beeps)
    #expect(synchrony.pairs.count == 19)
    #expect(synchrony.unmatchedFlashes == [7.3])
    #expect(synchrony.unmatchedBeeps == [40])
    #expect(abs(try #require(synchrony.driftPerHour) - 360) < 0.01)
    #expect(abs(try #require(synchrony.median) - 6.03) < 0.01)
    #expect(abs(try #require(synchrony.worst) - 6.93) < 0.01)
    #expect(Synchrony(flashes: [1], beeps: [1.45]).median == nil)
  }

  @Test func `the first bright picture of each flash is found, also if dark is not quite black`() {
    var detector = FlashDetector()
    for index in 0..<90 { detector.add(level: index % 30 >= 10 && index % 30 < 18 ? 228 : 19, at: Double(index) / 30) }
    #expect(detector.flashes == [10, 40, 70].map { Double($0) / 30 })
    #expect(FlashDetector().flashes == [])
  }

  @Test func `a tone's frequency and level are measured, and a gap, a phase jump and a click are found`() throws {
    let tone = (0..<48_000).map { Float(0.25 * sin(2 * .pi * 1003.25 * Double($0) / Self.rate)) }
    let clean = try #require(ToneQuality(tone, frequency: 1000))
    #expect(abs(clean.frequency - 1003.25) < 0.01)
    #expect(abs(clean.level - 20 * log10(0.25)) < 0.05)
    #expect(clean.clicks == [])
    var gap = tone
    for index in 20_000..<20_040 { gap[index] = 0 }
    var click = tone
    click[30_000] += 0.05
    // A quarter of a period is missing.
    let jump = Array(tone[..<10_000] + tone[10_012...])
    for (broken, place) in [(gap, 20_000.0), (click, 30_000), (jump, 10_000)] {
      let quality = try #require(ToneQuality(broken, frequency: 1000))
      #expect(quality.clicks.contains { abs($0 - place / Self.rate) < 0.02 })
      #expect(quality.clicks.allSatisfy { abs($0 - place / Self.rate) < 0.02 })
    }
    #expect(ToneQuality([Float](repeating: 0, count: 48_000), frequency: 1000) == nil)
  }
}
