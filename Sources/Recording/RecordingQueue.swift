internal import Encoding
internal import Media

/// Passes commands in order, and a bounded number of frames and their bytes, from the encode threads and the recorder's
/// callers to the writing thread.
final class RecordingQueue: Sendable {
  enum Command {
    case size(PixelSize)
    case frame(EncodedVideoFrame)
    /// Captures that produced no frame.
    case skipped([SkippedFrame])
    case discarded(EncodedVideoFrame)
    /// A number of pictures discarded while there was no room for their entries either; the last was captured at
    /// `until`.
    case discardedCount(count: Int, until: MediaTime)
    /// A packet of sound.
    case sound(EncodedFrame, lane: Int)
    /// The end of a lane's sound; decoded samples after `at` are padding.
    case soundEnded(lane: Int, at: MediaTime?, EncoderError?)
    case pause(MediaTime)
    case resume(MediaTime)
    case requestData
    /// Switches to another track.
    case replace(MediaStreamTrack, at: MediaTime)
    case encoderEnded(EncoderError?)
    /// By the track's id.
    case trackEnded(String)
    case streamChanged
    case stop(MediaTime)
  }

  /// Changed pictures reported by the encoder since the first frame.
  struct Pictures: Equatable {
    var captured = 0
    /// Of these, those in no frame, or in a discarded one.
    var dropped = 0
  }

  private struct State {
    var commands: BoundedQueue<Command>
    var unlisted = 0
    var unlistedUntil = MediaTime.zero
    /// Nil before the first frame, with which the file and its counts begin.
    var pictures: Pictures?
    var isClosed = false

    mutating func append(_ command: Command, bytes: Int = 0) {
      if unlisted > 0 { commands.append(.discardedCount(count: unlisted, until: unlistedUntil)) }
      unlisted = 0
      commands.append(command, bytes: bytes)
    }

    mutating func addPictures(captured: Int, dropped: Int) {
      pictures?.captured += captured
      pictures?.dropped += dropped
    }
  }

  /// Maximum frames and entries of discarded frames that wait: at 30 a second more than half an hour.
  static let defaultMaximumCount = 65536

  private let state: Monitor<State>

  /// - Parameters:
  ///   - limit: maximum bytes of frames that wait.
  ///   - maximumCount: maximum frames, and entries of discarded frames, that wait.
  init(limit: Int = BoundedQueue<Command>.defaultLimit, maximumCount: Int = RecordingQueue.defaultMaximumCount) {
    state = Monitor(State(commands: BoundedQueue(limit: limit, maximumCount: maximumCount)))
  }

  func post(_ command: Command) {
    state.update { if !$0.isClosed { $0.append(command) } }
  }

  /// Queues a frame; discards it, and all that depend on it, when the queue is full.
  /// - Returns: whether it was taken.
  func post(_ frame: EncodedVideoFrame) -> Bool {
    state.update { state in
      guard !state.isClosed else { return true }
      let isPicture = frame.kind == .change
      guard state.commands.admits(frame.data.count, isKeyFrame: frame.isKeyFrame) else {
        state.addPictures(captured: isPicture ? 1 : 0, dropped: isPicture ? 1 : 0)
        if !state.commands.isFull {
          state.append(.discarded(frame.withoutData))
        } else if isPicture {
          state.unlisted += 1
          state.unlistedUntil = frame.timestamp
        }
        return false
      }
      state.pictures = state.pictures ?? Pictures()
      state.addPictures(captured: isPicture ? 1 : 0, dropped: 0)
      state.append(.frame(frame), bytes: frame.data.count)
      return true
    }
  }

  /// Queues a packet of sound, or discards it when the queue is full; no other packet depends on it. This does not wake
  /// the writing thread, which polls for sound.
  /// - Returns: whether it was queued.
  func post(_ packet: EncodedFrame, lane: Int) -> Bool {
    state.withLock { state in
      guard !state.isClosed else { return true }
      guard state.commands.hasRoom(for: packet.data.count) else { return false }
      state.append(.sound(packet, lane: lane), bytes: packet.data.count)
      return true
    }
  }

  /// Queues captures that produced no frame; without room for them, only their number is kept.
  func post(_ captures: [SkippedFrame]) {
    state.update { state in
      guard !state.isClosed else { return }
      let pictures = captures.filter { $0.reason != .unchanged }
      state.addPictures(captured: pictures.count, dropped: pictures.count)
      if !state.commands.isFull {
        state.append(.skipped(captures))
      } else if let last = pictures.last {
        state.unlisted += pictures.count
        state.unlistedUntil = last.timestamp
      }
    }
  }

  /// Waits for the next command.
  func next() -> Command {
    next(until: nil)!  // Without a deadline there is no end to the wait but a command.
  }

  /// Waits for the next command until `deadline`.
  func next(until deadline: MediaTime?) -> Command? {
    state.wait(until: deadline) { $0.commands.popFirst() }
  }

  /// Whether frames were discarded and there is room again: then a key frame is needed to continue.
  var needsKeyFrame: Bool { state.withLock { $0.commands.needsKeyFrame } }

  /// The counts that the encoder has reported, whether or not the pictures have been written; zero once closed.
  var pictures: Pictures { state.withLock { $0.pictures ?? Pictures() } }

  /// Removes and returns all frames, their entries, and all sound.
  func takeFrames() -> [Command] {
    state.withLock { state in
      var frames = state.commands.removeAll { command in
        switch command {
        case .size, .frame, .skipped, .discarded, .discardedCount, .sound, .soundEnded: true
        default: false
        }
      }
      if state.unlisted > 0 { frames.append(.discardedCount(count: state.unlisted, until: state.unlistedUntil)) }
      state.unlisted = 0
      return frames
    }
  }

  /// Removes the report of an unsubscribed encoder's end, which no longer matters; the next encoder begins with a key
  /// frame.
  /// - Returns: the error that the encoder ended with, if any.
  func removeEncoderEnd() -> EncoderError? {
    state.withLock { state in
      let ends = state.commands.removeAll { if case .encoderEnded = $0 { true } else { false } }
      state.commands.restart()
      for case .encoderEnded(let error?) in ends { return error }
      return nil
    }
  }

  /// Clears the queue and ignores all further commands.
  func close() {
    state.withLock { state in
      state.commands.clear()
      state.unlisted = 0
      state.pictures = nil
      state.isClosed = true
    }
  }
}
