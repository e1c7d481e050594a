import Testing

@testable import Scenes

@Suite struct TrueColorFormatTests {
  @Test(arguments: [
    TrueColorFormat(red: 0xFF0000, green: 0xFF00, blue: 0xFF),
    TrueColorFormat(red: 0xFF, green: 0xFF00, blue: 0xFF0000),
    TrueColorFormat(red: 0xF800, green: 0x7E0, blue: 0x1F),
    TrueColorFormat(red: 0x3FF0_0000, green: 0xFFC00, blue: 0x3FF),
  ])
  func `a colour survives conversion to a pixel and back`(format: TrueColorFormat) {
    for colour: Colour in [0x000000, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF, 0x123456, 0xC69076] {
      let back = format.colour(format.pixel(colour))
      for shift: UInt32 in [0, 8, 16] {
        let difference = Int(back.rgb >> shift & 0xFF) - Int(colour.rgb >> shift & 0xFF)
        #expect(abs(difference) <= (format.green == 0x7E0 ? 5 : 0))
      }
    }
  }
}
