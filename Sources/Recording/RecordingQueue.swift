internal import Encoding
internal import Media

/// What the encode thread and the recorder's callers leave for the writing thread: commands in order, and a bounded number
/// of bytes of frames.
final class RecordingQueue: Sendable {
  enum Command {
    case size(PixelSize)
    case frame(EncodedVideoFrame)
    /// Looks at the screen that gave no frame, and frames that found no place here.
    case skipped([SkippedFrame])
    case leftOut(EncodedVideoFrame)
    case pause(MediaTime)
    case resume(MediaTime)
    case requestData
    case encoderEnded(EncoderError?)
    case trackEnded
    case stop(MediaTime)
  }

  private struct State {
    var commands: [Command] = []
    var bytes = 0
    /// A frame was left out: no other can follow but a key frame.
    var needsKeyFrame = false
    var isClosed = false
  }

  /// Bytes that may wait for a slow disk: at 2.5 Mbit/s nearly two minutes.
  static let limit = 32 << 20

  /// Beyond so many commands, what gave no frame is not told any more: half an hour of a disk that takes nothing.
  static let commandLimit = 65_536

  private let state = Monitor(State())

  func post(_ command: Command) {
    state.update { state in
      if case .skipped = command, state.commands.count >= Self.commandLimit { return }
      if !state.isClosed { state.commands.append(command) }
    }
  }

  /// Takes a frame, or leaves it out, with all that depend on it, when too much is waiting.
  /// - Returns: whether it was taken.
  func post(_ frame: EncodedVideoFrame) -> Bool {
    state.update { state in
      guard !state.isClosed else { return true }
      let fits = state.bytes + frame.data.count <= Self.limit
      if frame.isKeyFrame, fits { state.needsKeyFrame = false }
      guard fits, !state.needsKeyFrame else {
        state.needsKeyFrame = true
        if state.commands.count < Self.commandLimit { state.commands.append(.leftOut(frame.withoutData)) }
        return false
      }
      state.commands.append(.frame(frame))
      state.bytes += frame.data.count
      return true
    }
  }

  /// The next command, waited for.
  func next() -> Command {
    state.wait { state in
      guard !state.commands.isEmpty else { return nil }
      let command = state.commands.removeFirst()
      if case .frame(let frame) = command { state.bytes -= frame.data.count }
      return command
    }!  // Without a deadline there is no end to the wait but a command.
  }

  /// Whether frames were left out and there is room again: then a key frame is needed to go on.
  var needsKeyFrame: Bool { state.withLock { $0.needsKeyFrame && $0.bytes < Self.limit / 2 } }

  /// Takes out all frames and what was said of them.
  func takeFrames() -> [Command] {
    state.withLock { state in
      var frames: [Command] = []
      var others: [Command] = []
      for command in state.commands {
        switch command {
        case .size, .frame, .skipped, .leftOut: frames.append(command)
        default: others.append(command)
        }
      }
      state.commands = others
      state.bytes = 0
      return frames
    }
  }

  /// An encoder was given up: what it said of its end does not matter any more, and the next one begins anew.
  /// - Returns: the error it ended with, if it did.
  func forgetEncoder() -> EncoderError? {
    state.withLock { state in
      var error: EncoderError?
      state.commands.removeAll { command in
        guard case .encoderEnded(let reason) = command else { return false }
        error = error ?? reason
        return true
      }
      state.needsKeyFrame = false
      return error
    }
  }

  /// Takes nothing more.
  func close() {
    state.withLock { state in
      state.isClosed = true
      state.commands = []
      state.bytes = 0
    }
  }
}
