import CPulse
import Media

/// A record stream of one device or program, which feeds a lane. Used by one thread only.
final class PulseStream {
  enum State { case opening, running, failed }

  /// What is recorded.
  struct Target: Hashable {
    var device: UInt32
    var name: String
    /// One playback on the monitored output; nil for all of the device.
    var playback: UInt32?
    /// All of the device's: if fewer were requested, the server might drop some.
    var channels: [SoundChannel] = [.frontLeft, .frontRight]
  }

  /// How much sound the server sends at a time, and how much it buffers (`pa_buffer_attr`). Milliseconds.
  static let fragment = 20
  private static let longest = 8000
  /// From one timing request to the next.
  private static let timingInterval = MediaTime.milliseconds(250)
  /// Longer latencies are wrong and ignored. Microseconds.
  private static let longestLatency: pa_usec_t = 10_000_000
  /// How many timings in a row are repeated because sound came between their answers.
  private static let mostRetries = 4

  /// The server's answers to one timing request.
  private struct Timing {
    /// The newest sample that the server had for this stream, and its capture time if nothing is held back; seconds.
    var newest: (position: Double, time: Double)?
    /// Sound that is queued for sending, in microseconds.
    var queued = 0.0
    /// Queued and held-back sound, in microseconds: before and after `newest` was read.
    var buffered: [pa_usec_t] = []
  }

  let target: Target
  let lane: SoundLane
  private(set) var state = State.opening
  /// Of this recording alone, as set in a mixer program.
  private(set) var mute: SoundInventory.Mute?
  private let mix: ChannelMix
  private let connection: PulseConnection
  private let mixer: SoundMixer
  private let stream: OpaquePointer?
  private let frameBytes: Int
  private var isTiming = false
  private var timingRequested = MediaTime.zero
  private var timing = Timing()
  private var timingRetries = 0
  private var hasSound = false

  /// Begins to record.
  /// - Parameter fragment: how much sound the server sends at a time. Milliseconds.
  init(
    _ connection: PulseConnection, _ target: Target, _ mixer: SoundMixer, drift: Double,
    fragment: Int = PulseStream.fragment
  ) {
    self.connection = connection
    self.target = target
    self.mixer = mixer
    lane = SoundLane(mixer, drift: drift, mayPause: target.playback != nil)
    mix = ChannelMix(target.channels, outputs: mixer.channelCount)
    frameBytes = mix.inputs * MemoryLayout<Float>.size
    var spec = oriel_sample_spec(UInt8(mix.inputs))
    var map = oriel_channel_map(target.channels.map(\.rawValue), UInt8(mix.inputs))
    stream = connection.context.flatMap { pa_stream_new($0, "recording", &spec, &map) }
    guard let stream else {
      state = .failed
      return
    }
    pa_stream_set_state_callback(stream, { _, me in PulseStream.from(me)?.stateChanged() }, pointer)
    pa_stream_set_read_callback(stream, { _, _, me in PulseStream.from(me)?.read() }, pointer)
    pa_stream_set_moved_callback(stream, { _, me in PulseStream.from(me)?.checkDevice() }, pointer)
    if let playback = target.playback { pa_stream_set_monitor_stream(stream, playback) }
    let bytes = UInt32(frameBytes * AudioFrame.sampleRate / 1000)
    let status = oriel_connect_record(
      stream, target.name, bytes * UInt32(fragment), bytes * UInt32(Self.longest))
    if status < 0 { state = .failed }
  }

  deinit { close() }

  /// Ends the recording with a fade-out. A second call does nothing.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    lane.close()
    guard let stream else { return }
    pa_stream_set_state_callback(stream, nil, nil)
    pa_stream_set_read_callback(stream, nil, nil)
    pa_stream_set_moved_callback(stream, nil, nil)
    operations.forEach { pa_operation_cancel($0) }
    releaseOperations()
    pa_stream_disconnect(stream)
    pa_stream_unref(stream)
  }

  private var isClosed = false
  private var operations: [OpaquePointer] = []

  private var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  private static func from(_ pointer: UnsafeMutableRawPointer?) -> PulseStream? {
    pointer.map { Unmanaged<PulseStream>.fromOpaque($0).takeUnretainedValue() }
  }

  private func stateChanged() {
    guard let stream else { return }
    switch pa_stream_get_state(stream) {
    case PA_STREAM_READY:
      state = .running
      checkDevice()
    case PA_STREAM_FAILED, PA_STREAM_TERMINATED: state = .failed
    default: break
    }
  }

  /// Fails the stream when the server moves it to another device: no other microphone than the named one may be recorded.
  private func checkDevice() {
    guard target.playback == nil, let stream, let name = pa_stream_get_device_name(stream) else { return }
    if String(cString: name) != target.name { state = .failed }
  }

  private func read() {
    guard let stream, state != .failed else { return }
    let now = mixer.seconds(.now)
    while true {
      var data: UnsafeRawPointer?
      var bytes = 0
      guard pa_stream_peek(stream, &data, &bytes) >= 0, bytes > 0 else { break }
      let frames = bytes / frameBytes
      if frames > 0 {
        hasSound = true
        push(data?.assumingMemoryBound(to: Float.self), frames: frames, now: now)
      }
      pa_stream_drop(stream)
    }
    if hasSound, lane.isWaiting || MediaTime.now - timingRequested > Self.timingInterval { requestTiming() }
  }

  private func push(_ samples: UnsafePointer<Float>?, frames: Int, now: Double) {
    guard let samples, !mix.isPlain else { return lane.push(samples, frames: frames, now: now) }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: frames * mix.outputs) { mixed in
      guard let base = mixed.baseAddress else { return }
      mix.mix(samples, frames: frames, into: base)
      lane.push(base, frames: frames, now: now)
    }
  }

  /// Requests the capture time of the server's newest sample.
  ///
  /// PulseAudio holds back sound that a monitored output has not played yet and may still rewind. Its timing info leaves that
  /// out: the latencies are those of the newest held-back sample, not of the newest one that was sent. The source output's
  /// `buffer_usec` includes held-back sound. Sound that arrives between the two answers would make them inconsistent, so the
  /// source output is queried before and after. Source: `pa_source_output_push` and `command_get_record_latency` in PulseAudio
  /// 16.1. PipeWire's server holds nothing back, and its `buffer_usec` says so.
  private func requestTiming() {
    guard let stream, let context = connection.context, !isTiming else { return }
    isTiming = true
    timingRequested = .now
    timing = Timing()
    releaseOperations()
    let index = pa_stream_get_index(stream)
    let before = pa_context_get_source_output_info(
      context, index, { _, info, _, me in PulseStream.from(me)?.received(info) }, pointer)
    let timing = pa_stream_update_timing_info(stream, { _, _, me in PulseStream.from(me)?.timingUpdated() }, pointer)
    let after = pa_context_get_source_output_info(
      context, index,
      { _, info, end, me in
        PulseStream.from(me)?.received(info)
        if end != 0 { PulseStream.from(me)?.finishTiming() }
      }, pointer)
    if after == nil { isTiming = false }
    operations = [before, timing, after].compactMap { $0 }
  }

  private func releaseOperations() {
    operations.forEach { pa_operation_unref($0) }
    operations = []
  }

  private func received(_ info: UnsafePointer<pa_source_output_info>?) {
    guard let info else { return }
    timing.buffered.append(info.pointee.buffer_usec)
    mute = info.pointee.mute != 0 ? .muted : oriel_is_zero(info.pointee.volume) != 0 ? .zeroVolume : nil
  }

  private func timingUpdated() {
    guard let stream, let info = pa_stream_get_timing_info(stream)?.pointee else { return }
    let latencies = [info.source_usec, info.sink_usec, info.transport_usec]
    guard latencies.allSatisfy({ $0 < Self.longestLatency }), info.write_index >= 0 else { return }
    // The server's newest sample was captured `age` ago. A monitored output plays its sound later, so the age may be negative.
    let age = Int64(info.source_usec) + Int64(info.transport_usec) - Int64(info.sink_usec)
    timing.newest = (Double(info.write_index / Int64(frameBytes)), mixer.seconds(.now) - Double(age) / 1e6)
    let queued = info.write_index.subtractingReportingOverflow(info.read_index).partialValue
    timing.queued = Double(queued) / Double(frameBytes * AudioFrame.sampleRate) * 1e6
  }

  private func finishTiming() {
    isTiming = false
    guard let newest = timing.newest, timing.buffered.allSatisfy({ $0 < Self.longestLatency }) else { return }
    if timing.buffered.first != timing.buffered.last, timingRetries < Self.mostRetries {
      // Repeated with the next sound.
      timingRetries += 1
      timingRequested = .zero
      return
    }
    timingRetries = 0
    let heldBack = max(0, Double(timing.buffered.last ?? 0) - max(0, timing.queued))
    lane.observe(position: newest.position, time: newest.time - heldBack / 1e6)
  }
}
