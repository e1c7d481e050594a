internal import CPulse
import Glibc
import Media

/// One connection of a `Beeper` to a sound server. Used by the beeper's thread only.
final class BeepPlayer {
  private static let rate = Int64(AudioFrame.sampleRate)
  private static let frameBytes = 2 * MemoryLayout<Float>.size
  /// The server's buffer and its smallest request (`tlength`, `minreq`), in frames.
  private static let bufferFrames = UInt32(rate / 4)
  private static let requestFrames = UInt32(rate / 50)

  private let shape: BeepShape
  private let loop = pa_mainloop_new()
  private let context: OpaquePointer?
  private var stream: OpaquePointer?
  private var timing: OpaquePointer?
  private var lastTiming = MediaTime.zero
  private var clock = StreamClock()
  /// Frames written so far.
  private var written: Int64 = 0
  /// The beep being written, and the frame of its onset.
  private var current: (number: Int64, frame: Int64)?
  /// The next beep; looked up again for each write.
  private var next: (number: Int64, frame: Int64)?
  /// Written but not yet played.
  private var pending: [(number: Int64, frame: Int64)] = []
  private let server: String?

  init(server: String?, application: String, shape: BeepShape) {
    self.server = server
    self.shape = shape
    context = pa_context_new(pa_mainloop_get_api(loop), application)
  }

  deinit {
    if let timing { pa_operation_unref(timing) }
    if let stream { pa_stream_unref(stream) }
    if let context { pa_context_unref(context) }
    pa_mainloop_free(loop)
  }

  /// Plays until it is stopped or the connection fails.
  /// - Returns: why the connection failed; nil when stopped.
  func run(_ state: Monitor<Beeper.State>, _ played: (Beeper.Played) -> Void) -> SceneError? {
    guard let context, pa_context_connect(context, server, PA_CONTEXT_NOAUTOSPAWN, nil) >= 0 else { return failure }
    defer {
      if let stream { pa_stream_disconnect(stream) }
      pa_context_disconnect(context)
    }
    while !state.withLock(\.isStopped) {
      guard pa_mainloop_prepare(loop, 10_000) >= 0, pa_mainloop_poll(loop) >= 0, pa_mainloop_dispatch(loop) >= 0 else {
        return failure
      }
      switch pa_context_get_state(context) {
      case PA_CONTEXT_READY: break
      case PA_CONTEXT_FAILED, PA_CONTEXT_TERMINATED: return failure
      default: continue
      }
      guard let stream = stream ?? open(context) else { return failure }
      self.stream = stream
      switch pa_stream_get_state(stream) {
      case PA_STREAM_READY: break
      case PA_STREAM_FAILED, PA_STREAM_TERMINATED: return failure
      default: continue
      }
      updateTiming(stream)
      if clock.origin != nil { state.update { $0.outcome = $0.outcome ?? .success(()) } }
      guard write(to: stream, state.withLock(\.schedule)) else { return failure }
      reportPlayed(played)
    }
    return nil
  }

  private var failure: SceneError { .soundUnavailable(String(cString: pa_strerror(pa_context_errno(context)))) }

  private func open(_ context: OpaquePointer) -> OpaquePointer? {
    var format = pa_sample_spec(format: PA_SAMPLE_FLOAT32LE, rate: UInt32(Self.rate), channels: 2)
    guard let stream = pa_stream_new(context, "beeps", &format, nil) else { return nil }
    var buffer = pa_buffer_attr()
    buffer.maxlength = .max
    buffer.tlength = Self.bufferFrames * UInt32(Self.frameBytes)
    buffer.prebuf = .max
    buffer.minreq = Self.requestFrames * UInt32(Self.frameBytes)
    buffer.fragsize = .max
    let flags = pa_stream_flags_t(rawValue: PA_STREAM_ADJUST_LATENCY.rawValue)
    guard pa_stream_connect_playback(stream, nil, &buffer, flags, nil, nil) >= 0 else {
      pa_stream_unref(stream)
      return nil
    }
    return stream
  }

  // MARK: - The clock

  /// Requests timing information twenty times a second and passes the answers to the clock.
  private func updateTiming(_ stream: OpaquePointer) {
    let now = MediaTime.now
    if let timing, pa_operation_get_state(timing) != PA_OPERATION_RUNNING {
      pa_operation_unref(timing)
      self.timing = nil
      if let info = pa_stream_get_timing_info(stream)?.pointee, info.playing != 0, info.read_index_corrupt == 0 {
        var wall = timeval()
        gettimeofday(&wall, nil)
        let age =
          Int64(wall.tv_sec - info.timestamp.tv_sec) * 1_000_000 + Int64(wall.tv_usec - info.timestamp.tv_usec)
        let heard = MediaTime.now + .nanoseconds((Int64(info.sink_usec) - age) * 1000)
        clock.add(
          heard - Self.duration(info.read_index / Int64(Self.frameBytes)), device: pa_stream_get_device_index(stream),
          underruns: pa_stream_get_underflow_index(stream))
      }
    }
    if timing == nil, now - lastTiming >= .milliseconds(50) {
      timing = pa_stream_update_timing_info(stream, nil, nil)
      lastTiming = now
    }
  }

  private static func duration(_ frames: Int64) -> MediaTime {
    MediaTime(ticks: frames, at: AudioFrame.sampleRate)
  }

  private func frame(at time: MediaTime, _ origin: MediaTime) -> Int64 {
    Int64(((time - origin).seconds * Double(Self.rate)).rounded())
  }

  // MARK: - The sound

  private func write(to stream: OpaquePointer, _ schedule: BeepSchedule?) -> Bool {
    let room = pa_stream_writable_size(stream)
    guard room != Int.max, room != -1 else { return false }
    let count = room / Self.frameBytes
    guard count > 0 else { return true }
    var samples = [Float](repeating: 0, count: count * 2)
    for frame in written..<(written + Int64(count)) {
      if current == nil, frame == written { next = nextBeep(schedule) }
      if let beep = next, frame == beep.frame - attackFrames {
        (current, next) = (beep, nil)
        pending.append(beep)
      }
      guard let beep = current else { continue }
      let sample = shape.sample(frame - beep.frame)
      let index = Int(frame - written)
      samples[2 * index] = sample
      samples[2 * index + 1] = sample
      if frame == beep.frame - attackFrames + Int64(shape.length) { current = nil }
    }
    written += Int64(count)
    return pa_stream_write(stream, samples, count * Self.frameBytes, nil, 0, PA_SEEK_RELATIVE) >= 0
  }

  /// Frames of a beep before its onset.
  private var attackFrames: Int64 { Int64(shape.ramp / 2) }

  /// The next beep that can still start: one whose start is already written is skipped.
  private func nextBeep(_ schedule: BeepSchedule?) -> (number: Int64, frame: Int64)? {
    guard let schedule, let origin = clock.origin else { return nil }
    let time = origin + Self.duration(written + attackFrames)
    guard let number = schedule.number(notBefore: time) else { return nil }
    return (number, max(frame(at: schedule.time(of: number), origin), written + attackFrames))
  }

  /// Reports the beeps that have been played to their end.
  private func reportPlayed(_ played: (Beeper.Played) -> Void) {
    guard let origin = clock.origin else { return }
    let now = MediaTime.now
    while let beep = pending.first, origin + Self.duration(beep.frame + Int64(shape.length)) < now {
      pending.removeFirst()
      played(Beeper.Played(number: Int(beep.number), time: origin + Self.duration(beep.frame)))
    }
  }
}

/// The time at which a stream's first sample was played, or would have been; it gives the time of every other sample.
struct StreamClock {
  private static let capacity = 12

  private var origins: [MediaTime] = []
  private var device: UInt32?
  private var underruns: Int64?

  /// Answers can be late but never early, so the earliest of the last ones is the best.
  var origin: MediaTime? { origins.count >= 3 ? origins.min() : nil }

  /// Adds an answer of the server. A move to another device or an underrun invalidates earlier answers.
  mutating func add(_ origin: MediaTime, device: UInt32, underruns: Int64) {
    if device != self.device || underruns != self.underruns { origins = [] }
    (self.device, self.underruns) = (device, underruns)
    origins.append(origin)
    if origins.count > Self.capacity { origins.removeFirst() }
  }
}
