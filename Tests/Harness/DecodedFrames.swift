import Dispatch
import Foundation

/// The frames of a video file in presentation order, decoded lazily by ffmpeg.
package struct DecodedFrames: AsyncSequence, Sendable {
  package typealias Element = DecodedFrame

  let file: URL
  let format: DecodedFrame.Format
  let width: Int
  let height: Int
  /// Seconds to skip by a seek.
  let start: Double

  package func makeAsyncIterator() -> Iterator { Iterator(self) }

  package final class Iterator: AsyncIteratorProtocol {
    private let frames: DecodedFrames
    private let queue = DispatchQueue(label: "frames")
    private var decoder: (program: Program, times: PresentationTimes)?
    private var count = 0

    init(_ frames: DecodedFrames) {
      self.frames = frames
    }

    package func next() async throws -> DecodedFrame? {
      let (program, times) = try start()
      guard let pixels = program.outputStream else { return nil }
      let size = frames.width * frames.height * frames.format.bytesPerPixel
      let bytes = await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: pixels.read(exactly: size)) }
      }
      guard let bytes else {
        let exit = try await program.exit()
        guard exit.status == 0 else {
          throw HarnessError("ffmpeg could not decode \(frames.file.path): \(exit.reason)\n\(times.messages)")
        }
        return nil
      }
      // ffmpeg reports a frame's time before it writes its pixels.
      let milliseconds = try await times.time(ofFrame: count)
      count += 1
      return DecodedFrame(
        milliseconds: milliseconds, width: frames.width, height: frames.height, format: frames.format, bytes: bytes)
    }

    private func start() throws -> (Program, PresentationTimes) {
      if let decoder { return decoder }
      let seek = frames.start > 0 ? ["-ss", "\(frames.start)"] : []
      let program = try Program(
        "ffmpeg",
        ["-nostdin", "-hide_banner", "-nostats", "-loglevel", "info", "-copyts"] + seek + [
          "-i", frames.file.path, "-map", "0:v:0",
          "-vf", "settb=1/1000,showinfo=checksum=0,\(frames.format.filter)", "-fps_mode", "passthrough",
          "-f", "rawvideo", "-pix_fmt", frames.format.pixelFormat, "pipe:1",
        ], output: .streamed, error: .streamed)
      let started = (program, PresentationTimes(of: program))
      decoder = started
      return started
    }
  }
}
