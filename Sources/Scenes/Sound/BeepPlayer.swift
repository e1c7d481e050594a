internal import CPulse
import Glibc
import Media

/// One connection of a `Beeper` to a sound server, from its beginning to its end. Used by the beeper's thread only.
final class BeepPlayer {
  private static let rate = Int64(AudioFrame.sampleRate)
  private static let frameBytes = 2 * MemoryLayout<Float>.size
  /// What the server holds ahead, and at the most asks for at once, in frames.
  private static let ahead = UInt32(rate / 4)
  private static let request = UInt32(rate / 50)

  private let shape: BeepShape
  private let loop = pa_mainloop_new()
  private let context: OpaquePointer?
  private var stream: OpaquePointer?
  private var timing: OpaquePointer?
  private var lastTiming = MediaTime.zero
  private var clock = StreamClock()
  /// Frames written so far.
  private var written: Int64 = 0
  /// The beep that is being written, and the frame of its moment.
  private var current: (number: Int64, frame: Int64)?
  /// The next one, as long as only what is written now is looked at.
  private var begin: (number: Int64, frame: Int64)?
  /// Written, and not yet played.
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

  /// Plays until it is stopped or the server goes.
  /// - Returns: why there was nothing to play on, where there never was.
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
      takeTiming(stream)
      if clock.origin != nil { state.update { $0.outcome = $0.outcome ?? .success(()) } }
      guard write(to: stream, state.withLock(\.schedule)) else { return failure }
      tell(played)
    }
    return nil
  }

  private var failure: SceneError { .soundUnavailable(String(cString: pa_strerror(pa_context_errno(context)))) }

  private func open(_ context: OpaquePointer) -> OpaquePointer? {
    var format = pa_sample_spec(format: PA_SAMPLE_FLOAT32LE, rate: UInt32(Self.rate), channels: 2)
    guard let stream = pa_stream_new(context, "beeps", &format, nil) else { return nil }
    var buffer = pa_buffer_attr()
    buffer.maxlength = .max
    buffer.tlength = Self.ahead * UInt32(Self.frameBytes)
    buffer.prebuf = .max
    buffer.minreq = Self.request * UInt32(Self.frameBytes)
    buffer.fragsize = .max
    let flags = pa_stream_flags_t(rawValue: PA_STREAM_ADJUST_LATENCY.rawValue)
    guard pa_stream_connect_playback(stream, nil, &buffer, flags, nil, nil) >= 0 else {
      pa_stream_unref(stream)
      return nil
    }
    return stream
  }

  // MARK: - The clock

  /// Asks the server twenty times a second where it is, and takes its answers.
  private func takeTiming(_ stream: OpaquePointer) {
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
      if current == nil, frame == written { begin = nextMoment(schedule) }
      if let next = begin, frame == next.frame - before {
        (current, begin) = (next, nil)
        pending.append(next)
      }
      guard let beep = current else { continue }
      let sample = shape.sample(frame - beep.frame)
      let index = Int(frame - written)
      samples[2 * index] = sample
      samples[2 * index + 1] = sample
      if frame == beep.frame - before + Int64(shape.length) { current = nil }
    }
    written += Int64(count)
    return pa_stream_write(stream, samples, count * Self.frameBytes, nil, 0, PA_SEEK_RELATIVE) >= 0
  }

  /// Frames of a beep before its moment.
  private var before: Int64 { Int64(shape.ramp / 2) }

  /// The next beep that can begin in what is written now. One whose beginning is past is left out, and one that has begun is
  /// not moved any more.
  private func nextMoment(_ schedule: BeepSchedule?) -> (number: Int64, frame: Int64)? {
    guard let schedule, let origin = clock.origin else { return nil }
    let time = origin + Self.duration(written + before)
    guard let number = schedule.number(notBefore: time) else { return nil }
    return (number, max(frame(at: schedule.time(of: number), origin), written + before))
  }

  /// Tells of the beeps that are over.
  private func tell(_ played: (Beeper.Played) -> Void) {
    guard let origin = clock.origin else { return }
    let now = MediaTime.now
    while let beep = pending.first, origin + Self.duration(beep.frame + Int64(shape.length)) < now {
      pending.removeFirst()
      played(Beeper.Played(number: Int(beep.number), time: origin + Self.duration(beep.frame)))
    }
  }
}
