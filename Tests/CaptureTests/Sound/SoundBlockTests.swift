import Foundation
import Harness
import Media
import Testing

@testable import Capture

/// Records one output's sound through a stream with a given block size, as devices have them.
private final class BlockRecorder: Sendable {
  private let isStopped = Monitor(false)
  private let thread: NamedThread

  init(_ server: String, _ sink: String, block milliseconds: Int, _ log: SoundLog) {
    thread = NamedThread("block-recorder") { [isStopped] in
      guard let loop = PulseLoop() else { return }
      let connection = PulseConnection(loop, server: server, listsPlaybacks: false)
      let mixer = SoundMixer(channelCount: 2, origin: .now)
      var stream: PulseStream?
      while !isStopped.withLock({ $0 }), loop.turn(until: .now + .milliseconds(10)) {
        if stream == nil, let device = connection.inventory?.device(named: "\(sink).monitor") {
          let target = PulseStream.Target(device: device.index, name: device.name)
          stream = PulseStream(connection, target, mixer, drift: 0, fragment: milliseconds)
        }
        mixer.deliver(now: .now) { samples, index in
          log.receive(AudioFrame(samples: samples, channelCount: 2, timestamp: mixer.timestamp(of: index)))
        }
      }
    }
  }

  func stop() {
    isStopped.withLock { $0 = true }
    thread.join()
  }
}

@Suite(.timeLimit(.minutes(3))) struct SoundBlockTests {
  @Test func `sound is in sync with blocks of 5, 60 and 200 ms`() async throws {
    // An output plays in the smallest requested blocks, so each size needs its own server.
    var recordings: [(block: Int, server: PulseServer, log: SoundLog, recorder: BlockRecorder, beeps: Metronome)] = []
    for block in [5, 60, 200] {
      let (server, log) = (try await PulseServer(), SoundLog())
      let recorder = BlockRecorder(server.address, "desk", block: block, log)
      recordings.append((block, server, log, recorder, try Metronome(server.address)))
    }
    // The first beep is played while the device is opened.
    let begin = MediaTime.now + .seconds(2)
    for (block, _, log, recorder, metronome) in recordings {
      let offsets = try await eventually("beeps in blocks of \(block) ms", within: 60) {
        let offsets = metronome.offsets(log, from: begin)
        return offsets.count >= 7 ? offsets.sorted() : nil
      }
      metronome.stop()
      recorder.stop()
      #expect(abs(offsets[offsets.count / 2]) < 0.005, "\(block) ms: \(offsets)")
      // A busy machine is late sometimes.
      #expect(offsets.filter { abs($0) < 0.02 }.count >= offsets.count - 2, "\(block) ms: \(offsets)")
      #expect(log.gaps == 0)
    }
  }
}
