public import Foundation
import Harness
public import Media

/// An IVF file of VP8 frames, to be decoded by ffmpeg, whose decoder is not libvpx.
public struct IVF {
  public private(set) var data: Data
  private var count: UInt64 = 0

  public init(_ size: PixelSize) {
    data = Data("DKIF".utf8)
    append(UInt16(0))
    append(UInt16(32))
    data += Data("VP80".utf8)
    append(UInt16(size.width))
    append(UInt16(size.height))
    append(UInt32(30))
    append(UInt32(1))
    append(UInt64(0))
  }

  public init(_ size: PixelSize, _ frames: [[UInt8]]) {
    self.init(size)
    for frame in frames { add(frame) }
  }

  public mutating func add(_ frame: [UInt8]) {
    append(UInt32(frame.count))
    append(count)
    data += frame
    count += 1
  }

  /// A checksum of each decoded picture.
  public func checksums() async throws -> [String] {
    let folder = try TemporaryDirectory()
    let file = folder.file("video.ivf")
    try data.write(to: file)
    let answer = try await FFmpeg.run([
      "-i", file.path, "-fps_mode", "passthrough", "-f", "framemd5", "-",
    ])
    return answer.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
      String($0.split(separator: ",").last ?? "").trimmingCharacters(in: .whitespaces)
    }
  }

  /// The decoded pictures as planes of I420, one after the other.
  public func pictures() async throws -> [[UInt8]] {
    let folder = try TemporaryDirectory()
    let (file, raw) = (folder.file("video.ivf"), folder.file("video.yuv"))
    try data.write(to: file)
    try await FFmpeg.run([
      "-i", file.path, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", raw.path,
    ])
    let bytes = [UInt8](try Data(contentsOf: raw))
    let width = Int(data[12]) | Int(data[13]) << 8
    let height = Int(data[14]) | Int(data[15]) << 8
    let size = width * height + 2 * ((width + 1) / 2 * ((height + 1) / 2))
    return stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<$0 + size]) }
  }

  private mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { data += Data($0) }
  }
}
