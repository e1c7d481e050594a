import Media
import Testing

@testable import RTP

/// RFC 7741.
@Suite struct VP8Tests {
  @Test func `a key frame in a single packet is laid out as in RFC 7741 §4.6`() throws {
    var data = TestFrames.vp8(1, isKeyFrame: true, size: 300)
    data[1] = 9
    let frame = try #require(VP8Packetizer().packetize(data, captureTime: .seconds(1), isKeyFrame: true))
    #expect(frame.packetCount == 1)
    // X, S, partition 0; I; a PictureID of 15 bits.
    #expect(Array(frame.bytes.prefix(4)) == [0x90, 0x80, 0x80, 0x00])
    #expect(Array(frame.bytes.dropFirst(4)) == data)
    #expect(frame.isKeyFrame)
    #expect(frame.ticks == 90_000)
  }

  @Test func `a frame in two packets has S only on the first, and never N`() throws {
    let data = TestFrames.vp8(1, isKeyFrame: false, size: 2000)
    let frame = try #require(VP8Packetizer().packetize(data, captureTime: .zero, isKeyFrame: false))
    #expect(frame.packetCount == 2)
    #expect(frame.bounds == [0, 1004, 2008])
    #expect(frame.bytes[0] == 0x90)
    #expect(frame.bytes[1004] == 0x80)
  }

  @Test(arguments: [1, 15, 1146, 1147, 2292, 2293, 5000, 300_000])
  func `payload sizes differ by at most a byte, stay within the limit, and add up to the frame`(size: Int) throws {
    let data = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let frame = try #require(VP8Packetizer().packetize(data, captureTime: .zero, isKeyFrame: false))
    var together: [UInt8] = []
    var sizes: Set<Int> = []
    for packet in 0..<frame.packetCount {
      let payload = Array(frame.bytes[Int(frame.bounds[packet])..<Int(frame.bounds[packet + 1])])
      let fragment = try VP8Depacketizer.fragment(payload.span)
      #expect(fragment.beginsFrame == (packet == 0))
      together += payload[fragment.data]
      sizes.insert(payload.count)
    }
    let isSame = together == data
    #expect(isSame)
    #expect(sizes.max()! <= VP8Packetizer.defaultPayloadLimit)
    #expect(sizes.max()! - sizes.min()! <= 1)
    #expect(frame.packetCount == (size + 1145) / 1146)
  }

  @Test func `an empty frame makes no packets`() {
    #expect(VP8Packetizer().packetize([], captureTime: .zero, isKeyFrame: false) == nil)
  }

  @Test func `descriptors of every form are read`() throws {
    // No extension; N and S, partition 3.
    var descriptor = try VP8Descriptor(bytes("33").span)
    #expect(descriptor.size == 1)
    #expect(descriptor.isUnreferenced && descriptor.beginsPartition && descriptor.partition == 3)
    // 7-bit PictureID 17, as in the RFC's examples.
    descriptor = try VP8Descriptor(bytes("90 80 11").span)
    #expect(descriptor.pictureID == 17)
    #expect(descriptor.size == 3)
    // 15-bit PictureID 4711, TL0PICIDX, TID 2 with Y, KEYIDX 7.
    descriptor = try VP8Descriptor(bytes("80 F0 9267 AB A7").span)
    #expect(descriptor.pictureID == 4711)
    #expect(descriptor.temporalZeroIndex == 0xAB)
    #expect(descriptor.temporalLayer == 2)
    #expect(descriptor.isLayerSync)
    #expect(descriptor.keyIndex == 7)
    #expect(descriptor.size == 6)
    // K alone: the byte's upper bits are ignored.
    descriptor = try VP8Descriptor(bytes("80 10 E3").span)
    #expect(descriptor.temporalLayer == nil)
    #expect(!descriptor.isLayerSync)
    #expect(descriptor.keyIndex == 3)
  }

  @Test(arguments: ["", "80", "80 80", "80 80 80", "80 C0 01", "80 20", "80 F0 8001 01"])
  func `a descriptor that ends early is refused`(hexadecimal: String) {
    #expect(throws: RTPError.truncated) { try VP8Descriptor(bytes(hexadecimal).span) }
  }

  @Test(arguments: ["10", "90 80 11"])
  func `a payload that has only a descriptor is refused`(hexadecimal: String) {
    #expect(throws: RTPError.truncated) { try VP8Depacketizer.fragment(bytes(hexadecimal).span) }
  }

  @Test func `a fragment shows whether it begins a frame, and whether that is a key frame`() throws {
    #expect(try VP8Depacketizer.fragment(bytes("10 10AA").span).isKeyFrame)
    #expect(try !VP8Depacketizer.fragment(bytes("10 11AA").span).isKeyFrame)
    // A later partition, and the middle of one, regardless of their first bytes.
    #expect(try !VP8Depacketizer.fragment(bytes("11 10AA").span).beginsFrame)
    #expect(try !VP8Depacketizer.fragment(bytes("00 10AA").span).isKeyFrame)
  }

  @Test func `a key frame's size is read from its header, without the scaling bits`() {
    let frame = bytes("10 0000 9D012A 0045 38C4 00")
    #expect(VP8FrameHeader(frame.span)?.size == PixelSize(width: 0x500, height: 0x438))
    #expect(VP8FrameHeader(bytes("11 0000 9D012A 0045 38C4").span)?.size == nil)
    #expect(VP8FrameHeader(bytes("10 0000 9D012B 0045 38C4").span)?.size == nil)
    #expect(VP8FrameHeader(bytes("10 0000 9D012A 0000 38C4").span)?.size == nil)
    #expect(VP8FrameHeader(bytes("10 0000").span)?.isKeyFrame == true)
    #expect(VP8FrameHeader([UInt8]().span) == nil)
  }
}
