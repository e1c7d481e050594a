import CPulse
import Media

/// One device's or program's sound, on its way from the server into its lane. Used by one thread only.
final class PulseStream {
  enum State { case opening, running, failed }

  /// What is recorded.
  struct Target: Hashable {
    var device: UInt32
    var name: String
    /// One program's playback among those that the device's output plays.
    var playback: UInt32?
    /// The device's own: a server that makes fewer of them leaves some out.
    var channels: [SoundChannel] = [.frontLeft, .frontRight]
  }

  /// How much sound the server is asked to send at a time, and how much it keeps when nobody fetches it. Milliseconds.
  static let fragment = 20
  private static let longest = 8000
  /// From one question for the times to the next.
  private static let timingInterval = MediaTime.milliseconds(250)
  /// A server that says more than this is confused. Microseconds.
  private static let longestLatency: pa_usec_t = 10_000_000
  /// So many looks in a row into which sound came are put up with.
  private static let mostDisturbances = 4

  /// What the server answers when it is asked for the times.
  private struct Look {
    /// The newest sample that it had for this stream, and when that was captured, had nothing been held back; seconds.
    var newest: (position: Double, time: Double)?
    /// What waits to be sent, in microseconds.
    var queued = 0.0
    /// What waits and what is held back, in microseconds: as it was before and after.
    var waiting: [pa_usec_t] = []
  }

  let target: Target
  let lane: SoundLane
  private(set) var state = State.opening
  /// Of this recording alone, as its user may have it in a mixer.
  private(set) var mute: SoundInventory.Mute?
  private let mix: ChannelMix
  private let connection: PulseConnection
  private let mixer: SoundMixer
  private let stream: OpaquePointer?
  private let frameBytes: Int
  private var isAsking = false
  private var asked = MediaTime.zero
  private var look = Look()
  private var disturbances = 0
  private var hasSound = false

  /// Begins to record.
  /// - Parameter fragment: how much sound to ask for at a time. Milliseconds.
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

  /// Ends it; what was heard last dies away. A second call does nothing.
  func close() {
    guard !isClosed else { return }
    isClosed = true
    lane.close()
    guard let stream else { return }
    pa_stream_set_state_callback(stream, nil, nil)
    pa_stream_set_read_callback(stream, nil, nil)
    pa_stream_set_moved_callback(stream, nil, nil)
    questions.forEach { pa_operation_cancel($0) }
    forgetQuestions()
    pa_stream_disconnect(stream)
    pa_stream_unref(stream)
  }

  private var isClosed = false
  private var questions: [OpaquePointer] = []

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

  /// Nobody is to be recorded by another microphone than the one that was named, whatever the server puts in its place.
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
    if hasSound, lane.isWaiting || MediaTime.now - asked > Self.timingInterval { askForTiming() }
  }

  private func push(_ samples: UnsafePointer<Float>?, frames: Int, now: Double) {
    guard let samples, !mix.isPlain else { return lane.push(samples, frames: frames, now: now) }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: frames * mix.outputs) { mixed in
      guard let base = mixed.baseAddress else { return }
      mix.mix(samples, frames: frames, into: base)
      lane.push(base, frames: frames, now: now)
    }
  }

  /// Asks when the newest sample was captured that the server has.
  ///
  /// PulseAudio holds back what a monitored output has not played yet and may still take back, and its times do not count
  /// that: they are of the newest sample that it holds back, not of the newest that is on its way to here. How much is held back
  /// is told with the recording client's properties. Sound that comes between these answers would spoil them, and so it is asked
  /// for before and after. Source: `pa_source_output_push` and `command_get_record_latency` in PulseAudio 16.1; PipeWire's server
  /// holds nothing back, and says so.
  private func askForTiming() {
    guard let stream, let context = connection.context, !isAsking else { return }
    isAsking = true
    asked = .now
    look = Look()
    forgetQuestions()
    let index = pa_stream_get_index(stream)
    let before = pa_context_get_source_output_info(
      context, index, { _, info, _, me in PulseStream.from(me)?.took(info) }, pointer)
    let timing = pa_stream_update_timing_info(stream, { _, _, me in PulseStream.from(me)?.tookTiming() }, pointer)
    let after = pa_context_get_source_output_info(
      context, index,
      { _, info, end, me in
        PulseStream.from(me)?.took(info)
        if end != 0 { PulseStream.from(me)?.tookLook() }
      }, pointer)
    if after == nil { isAsking = false }
    questions = [before, timing, after].compactMap { $0 }
  }

  private func forgetQuestions() {
    questions.forEach { pa_operation_unref($0) }
    questions = []
  }

  private func took(_ info: UnsafePointer<pa_source_output_info>?) {
    guard let info else { return }
    look.waiting.append(info.pointee.buffer_usec)
    mute = info.pointee.mute != 0 ? .muted : oriel_is_zero(info.pointee.volume) != 0 ? .zeroVolume : nil
  }

  private func tookTiming() {
    guard let stream, let info = pa_stream_get_timing_info(stream)?.pointee else { return }
    let latencies = [info.source_usec, info.sink_usec, info.transport_usec]
    guard latencies.allSatisfy({ $0 < Self.longestLatency }), info.write_index >= 0 else { return }
    // The newest sample that the server had was captured a while before the server told so; what is monitored is heard
    // only later.
    let age = Int64(info.source_usec) + Int64(info.transport_usec) - Int64(info.sink_usec)
    look.newest = (Double(info.write_index / Int64(frameBytes)), mixer.seconds(.now) - Double(age) / 1e6)
    let queued = info.write_index.subtractingReportingOverflow(info.read_index).partialValue
    look.queued = Double(queued) / Double(frameBytes * AudioFrame.sampleRate) * 1e6
  }

  private func tookLook() {
    isAsking = false
    guard let newest = look.newest, look.waiting.allSatisfy({ $0 < Self.longestLatency }) else { return }
    if look.waiting.first != look.waiting.last, disturbances < Self.mostDisturbances {
      // Once more, with the next sound.
      disturbances += 1
      asked = .zero
      return
    }
    disturbances = 0
    let heldBack = max(0, Double(look.waiting.last ?? 0) - max(0, look.queued))
    lane.observe(position: newest.position, time: newest.time - heldBack / 1e6)
  }
}
