public import Encoding
import Harness
public import Media

/// A subscriber that collects an encoder's frames, sizes and ends.
public final class FrameLog: EncodedVideoSink {
  public struct Seen: Sendable {
    public var sizes: [PixelSize] = []
    public var frames: [EncodedVideoFrame] = []
    /// For each call of `videoEnded`, whether it had an error.
    public var ends: [Bool] = []
    /// Whether the encode thread is blocked in `receive`.
    public var isHeld = false
  }

  private let seen = Watched(Seen())
  private let gate: Monitor<Bool>

  public let keepsSize: Bool

  /// - Parameters:
  ///   - isOpen: whether `receive` returns at once; else it blocks the encode thread until `open` is called.
  ///   - keepsSize: whether the pictures keep their size, as in a file.
  public init(isOpen: Bool = true, keepsSize: Bool = true) {
    gate = Monitor(isOpen)
    self.keepsSize = keepsSize
  }

  public var current: Seen { seen.current }

  /// Waits until the collected calls fulfil `condition`, and returns them.
  @discardableResult
  public func seen(_ what: String, _ condition: @escaping @Sendable (Seen) -> Bool) async throws -> Seen {
    try await seen.first(what, within: .seconds(20)) { condition($0) ? $0 : nil }
  }

  /// Clears the log.
  public func clear() { seen.update { $0 = Seen() } }

  /// Lets the encode thread continue.
  public func open() { gate.update { $0 = true } }

  /// Blocks the encode thread at its next frame.
  public func close() { gate.update { $0 = false } }

  public func videoSizeChanged(_ size: PixelSize) { seen.update { $0.sizes.append(size) } }

  public func receive(_ frame: EncodedVideoFrame) {
    seen.update { $0.frames.append(frame) }
    _ = gate.wait(until: .now + .seconds(20)) { isOpen in
      seen.update { $0.isHeld = !isOpen }
      return isOpen ? true : nil
    }
  }

  public func videoEnded(error: EncoderError?) { seen.update { $0.ends.append(error != nil) } }
}
