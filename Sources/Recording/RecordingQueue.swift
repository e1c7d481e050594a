internal import Encoding
internal import Media

/// What the encode thread and the recorder's callers leave for the writing thread: commands in order, and a bounded number
/// of frames and of their bytes.
final class RecordingQueue: Sendable {
  enum Command {
    case size(PixelSize)
    case frame(EncodedVideoFrame)
    /// Looks at the screen that gave no frame, and frames that found no place here.
    case skipped([SkippedFrame])
    case leftOut(EncodedVideoFrame)
    /// So many pictures that found no place, the last of them captured at `until`, while there was none for their account.
    case leftOutUnlisted(count: Int, until: MediaTime)
    /// A packet of sound, by its lane.
    case sound(EncodedFrame, lane: Int)
    /// No more of it comes; what is decoded after `at` is padding.
    case soundEnded(lane: Int, at: MediaTime?, EncoderError?)
    case pause(MediaTime)
    case resume(MediaTime)
    case requestData
    /// Another track from now on.
    case replace(MediaStreamTrack, at: MediaTime)
    case encoderEnded(EncoderError?)
    /// By the track's id.
    case trackEnded(String)
    case streamChanged
    case stop(MediaTime)
  }

  /// Changed pictures that the encoder has told of since the first frame.
  struct Pictures: Equatable {
    var captured = 0
    /// Of these, those in no frame, or in one that was left out.
    var dropped = 0
  }

  private struct State {
    /// Two stacks make a queue: what comes, and turned round, what goes.
    var incoming: [Command] = []
    var outgoing: [Command] = []
    var bytes = 0
    var unlisted = 0
    var unlistedUntil = MediaTime.zero
    /// Nil before the first frame, with which the file and its account begin.
    var pictures: Pictures?
    /// A frame was left out: no other can follow but a key frame.
    var needsKeyFrame = false
    var isClosed = false

    var count: Int { incoming.count + outgoing.count }

    mutating func append(_ command: Command) {
      if unlisted > 0 { incoming.append(.leftOutUnlisted(count: unlisted, until: unlistedUntil)) }
      unlisted = 0
      incoming.append(command)
    }

    mutating func tell(captured: Int, dropped: Int) {
      pictures?.captured += captured
      pictures?.dropped += dropped
    }
  }

  /// Bytes that may wait for a slow disk: at 2.5 Mbit/s nearly two minutes.
  static let defaultLimit = 32 << 20
  /// Frames and accounts of frames that may wait: at 30 a second more than half an hour.
  static let defaultMaximumCount = 65536

  private let limit: Int
  private let maximumCount: Int
  private let state = Monitor(State())

  /// - Parameters:
  ///   - limit: bytes of frames that may wait.
  ///   - maximumCount: frames, and accounts of frames, that may wait.
  init(limit: Int = RecordingQueue.defaultLimit, maximumCount: Int = RecordingQueue.defaultMaximumCount) {
    self.limit = limit
    self.maximumCount = maximumCount
  }

  func post(_ command: Command) {
    state.update { if !$0.isClosed { $0.append(command) } }
  }

  /// Takes a frame, or leaves it out, with all that depend on it, when too much is waiting.
  /// - Returns: whether it was taken.
  func post(_ frame: EncodedVideoFrame) -> Bool {
    state.update { state in
      guard !state.isClosed else { return true }
      let isPicture = frame.kind == .change
      let fits = state.bytes + frame.data.count <= limit && state.count < maximumCount
      if frame.isKeyFrame, fits { state.needsKeyFrame = false }
      guard fits, !state.needsKeyFrame else {
        state.needsKeyFrame = true
        state.tell(captured: isPicture ? 1 : 0, dropped: isPicture ? 1 : 0)
        if state.count < maximumCount {
          state.append(.leftOut(frame.withoutData))
        } else if isPicture {
          state.unlisted += 1
          state.unlistedUntil = frame.timestamp
        }
        return false
      }
      state.pictures = state.pictures ?? Pictures()
      state.tell(captured: isPicture ? 1 : 0, dropped: 0)
      state.append(.frame(frame))
      state.bytes += frame.data.count
      return true
    }
  }

  /// Takes a packet of sound, or leaves it out when too much is waiting; no other depends on it. It does not wake the writing
  /// thread, which looks every now and then where there is sound.
  /// - Returns: whether it was taken.
  func post(_ packet: EncodedFrame, lane: Int) -> Bool {
    state.withLock { state in
      guard !state.isClosed else { return true }
      guard state.bytes + packet.data.count <= limit, state.count < maximumCount else { return false }
      state.append(.sound(packet, lane: lane))
      state.bytes += packet.data.count
      return true
    }
  }

  /// Takes the account of looks that gave no frame; where there is no room for it, their number.
  func post(_ looks: [SkippedFrame]) {
    state.update { state in
      guard !state.isClosed else { return }
      let pictures = looks.filter { $0.reason != .unchanged }
      state.tell(captured: pictures.count, dropped: pictures.count)
      if state.count < maximumCount {
        state.append(.skipped(looks))
      } else if let last = pictures.last {
        state.unlisted += pictures.count
        state.unlistedUntil = last.timestamp
      }
    }
  }

  /// The next command, waited for.
  func next() -> Command {
    next(until: nil)!  // Without a deadline there is no end to the wait but a command.
  }

  /// The next command, waited for until `deadline`.
  func next(until deadline: MediaTime?) -> Command? {
    state.wait(until: deadline) { state in
      if state.outgoing.isEmpty {
        state.outgoing = state.incoming.reversed()
        state.incoming = []
      }
      guard let command = state.outgoing.popLast() else { return nil }
      switch command {
      case .frame(let frame): state.bytes -= frame.data.count
      case .sound(let packet, _): state.bytes -= packet.data.count
      default: break
      }
      return command
    }
  }

  /// Whether frames were left out and there is room again: then a key frame is needed to go on.
  var needsKeyFrame: Bool {
    state.withLock { $0.needsKeyFrame && $0.bytes < limit / 2 && $0.count < maximumCount / 2 }
  }

  /// What the encoder has told of so far, whether or not it has been written; nothing once closed.
  var pictures: Pictures { state.withLock { $0.pictures ?? Pictures() } }

  /// Takes out all frames, with what was said of them, and all sound.
  func takeFrames() -> [Command] {
    state.withLock { state in
      var frames: [Command] = []
      var others: [Command] = []
      for command in state.outgoing.reversed() + state.incoming {
        switch command {
        case .size, .frame, .skipped, .leftOut, .leftOutUnlisted, .sound, .soundEnded: frames.append(command)
        default: others.append(command)
        }
      }
      if state.unlisted > 0 { frames.append(.leftOutUnlisted(count: state.unlisted, until: state.unlistedUntil)) }
      state.unlisted = 0
      (state.outgoing, state.incoming) = ([], others)
      state.bytes = 0
      return frames
    }
  }

  /// An encoder was given up: what it said of its end does not matter any more, and the next one begins anew.
  /// - Returns: the error it ended with, if it did.
  func forgetEncoder() -> EncoderError? {
    state.withLock { state in
      var error: EncoderError?
      func isEnd(_ command: Command) -> Bool {
        guard case .encoderEnded(let reason) = command else { return false }
        error = error ?? reason
        return true
      }
      state.outgoing.removeAll(where: isEnd)
      state.incoming.removeAll(where: isEnd)
      state.needsKeyFrame = false
      return error
    }
  }

  /// Takes nothing more.
  func close() {
    state.withLock { state in
      state = State()
      state.isClosed = true
    }
  }
}
