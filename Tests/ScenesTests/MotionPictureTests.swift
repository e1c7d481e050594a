import Testing

@testable import Scenes

@Suite struct MotionPictureTests {
  private func frame(_ number: Int, seed: UInt64 = 3) -> [UInt32] {
    let picture = MotionPicture(width: 96, height: 54, seed: seed)
    var pixels = [UInt32](repeating: 0, count: 96 * 54)
    pixels.withUnsafeMutableBufferPointer {
      picture.render(seconds: Double(number) / 30, frame: number, into: $0.baseAddress!, stride: 96)
    }
    return pixels
  }

  @Test func `the same seed and frame number give the same picture, different ones a different picture`() {
    #expect(frame(10) == frame(10))
    #expect(frame(10) != frame(11))
    #expect(frame(10) != frame(10, seed: 4))
  }

  @Test func `no channel overflows into the next`() {
    for number in 0..<20 { #expect(frame(number).allSatisfy { $0 >> 24 == 0 }) }
  }
}
