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
  }

  /// How much sound the server sends at a time, and how much it keeps when nobody fetches it. Milliseconds.
  private static let fragment = 20
  private static let longest = 8000
  /// From one question for the times to the next.
  private static let timingInterval = MediaTime.milliseconds(250)
  /// A server that says more than this is confused. Microseconds.
  private static let longestLatency: pa_usec_t = 10_000_000

  let target: Target
  let lane: SoundLane
  private(set) var state = State.opening
  private let mixer: SoundMixer
  private let stream: OpaquePointer?
  private let frameBytes: Int
  private var isAsking = false
  private var asked = MediaTime.zero
  private var hasSound = false

  /// Begins to record.
  init(_ connection: PulseConnection, _ target: Target, _ mixer: SoundMixer, drift: Double) {
    self.target = target
    self.mixer = mixer
    lane = SoundLane(mixer, drift: drift, mayPause: target.playback != nil)
    frameBytes = mixer.channelCount * MemoryLayout<Float>.size
    var spec = oriel_sample_spec(UInt8(mixer.channelCount))
    stream = connection.context.flatMap { pa_stream_new($0, "recording", &spec, nil) }
    guard let stream else {
      state = .failed
      return
    }
    pa_stream_set_state_callback(stream, { _, me in PulseStream.from(me)?.stateChanged() }, pointer)
    pa_stream_set_read_callback(stream, { _, _, me in PulseStream.from(me)?.read() }, pointer)
    if let playback = target.playback { pa_stream_set_monitor_stream(stream, playback) }
    let bytes = UInt32(frameBytes * AudioFrame.sampleRate / 1000)
    let status = oriel_connect_record(
      stream, target.name, bytes * UInt32(Self.fragment), bytes * UInt32(Self.longest))
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
    timing.map { pa_operation_cancel($0) }
    timing.map { pa_operation_unref($0) }
    pa_stream_disconnect(stream)
    pa_stream_unref(stream)
  }

  private var isClosed = false
  private var timing: OpaquePointer?

  private var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  private static func from(_ pointer: UnsafeMutableRawPointer?) -> PulseStream? {
    pointer.map { Unmanaged<PulseStream>.fromOpaque($0).takeUnretainedValue() }
  }

  private func stateChanged() {
    guard let stream else { return }
    switch pa_stream_get_state(stream) {
    case PA_STREAM_READY: state = .running
    case PA_STREAM_FAILED, PA_STREAM_TERMINATED: state = .failed
    default: break
    }
  }

  private func read() {
    guard let stream else { return }
    let now = mixer.seconds(.now)
    while true {
      var data: UnsafeRawPointer?
      var bytes = 0
      guard pa_stream_peek(stream, &data, &bytes) >= 0, bytes > 0 else { break }
      let frames = bytes / frameBytes
      if frames > 0 {
        hasSound = true
        lane.push(data?.assumingMemoryBound(to: Float.self), frames: frames, now: now)
      }
      pa_stream_drop(stream)
    }
    if hasSound, lane.isWaiting || MediaTime.now - asked > Self.timingInterval { askForTiming() }
  }

  private func askForTiming() {
    guard let stream, !isAsking else { return }
    isAsking = true
    asked = .now
    timing.map { pa_operation_unref($0) }
    timing = pa_stream_update_timing_info(stream, { _, _, me in PulseStream.from(me)?.tookTiming() }, pointer)
    if timing == nil { isAsking = false }
  }

  private func tookTiming() {
    isAsking = false
    guard let stream, let info = pa_stream_get_timing_info(stream)?.pointee else { return }
    let latencies = [info.source_usec, info.sink_usec, info.transport_usec]
    guard latencies.allSatisfy({ $0 < Self.longestLatency }), info.write_index >= 0 else { return }
    // The newest sample that the server had was captured a while before the server told so; what is monitored is heard
    // only later.
    let age = Int64(info.source_usec) + Int64(info.transport_usec) - Int64(info.sink_usec)
    lane.observe(
      position: Double(info.write_index / Int64(frameBytes)),
      time: mixer.seconds(.now) - Double(age) / 1e6)
  }
}
