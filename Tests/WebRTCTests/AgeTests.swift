import SDP
import Harness
import Media
import RTP
import Synchronization
import Testing

@testable import WebRTC

/// Ages of a connection and its machine: an hour, 54 hours, a month and a year.
private let ages = [3600.0, 54 * 3600, 30 * 86_400, 366 * 86_400].map(MediaTime.seconds)

@Suite struct SRTPAgeTests {
  /// Two ends with the keys of one handshake, and the sequence number of the last packet.
  private final class Stream {
    let sender: SRTPSession
    var receiver: SRTPSession
    var sequence = 0x100

    init(_ profile: SRTPProfile) throws {
      let material = (0..<SRTPKeys.length(for: profile)).map { UInt8($0) }
      sender = try SRTPSession(keys: SRTPKeys(profile: profile, material: material, role: .client))
      receiver = try SRTPSession(keys: SRTPKeys(profile: profile, material: material, role: .server))
    }

    func protected(_ sequence: Int) -> [UInt8] {
      var packet = rtpPacket(sequenceNumber: UInt16(truncatingIfNeeded: sequence))
      let length = packet.count
      packet += [UInt8](repeating: 0, count: SRTPSession.trailerRoom)
      guard let size = packet.withUnsafeMutableBytes({ sender.protectRTP($0, length: length) }) else {
        return []
      }
      return Array(packet[..<size])
    }

    /// The decrypted packet; nil if it is refused.
    func unprotected(_ packet: [UInt8]) -> [UInt8]? {
      var packet = packet
      guard case .success(let size) = packet.withUnsafeMutableBytes({ receiver.unprotectRTP($0) }) else { return nil }
      return Array(packet[..<size])
    }

    /// Advances by `count` packets, of which every 30 000th is sent: libsrtp counts the wrap-arounds by these.
    func grow(by count: Int) -> Bool {
      let end = sequence + count
      while sequence < end {
        sequence = min(end, sequence + 30_000)
        guard unprotected(protected(sequence)) != nil else { return false }
      }
      return true
    }
  }

  /// 30 packets a second; a year of them wraps around 14 478 times.
  @Test(arguments: [3600, 54 * 3600, 30 * 86_400, 366 * 86_400], [SRTPProfile.aeadAES128GCM, .aes128CMSHA1With80Bits])
  func `packets are decrypted after thousands of wrap-arounds, and across another one with loss and reordering`(
    seconds: Int, profile: SRTPProfile
  ) throws {
    let stream = try Stream(profile)
    #expect(stream.grow(by: seconds * 30))
    // Up to just before the end of the 16 bits.
    let edge = (stream.sequence / 65_536 + 1) * 65_536
    #expect(stream.grow(by: edge - 100 - stream.sequence))
    let sent = (edge - 99...edge + 100).map { (number: $0, bytes: stream.protected($0)) }
    // Each third is late by 40 packets, each seventh is lost.
    let kept = sent.filter { $0.number % 7 != 0 }
    let order = kept.sorted { $0.number + ($0.number % 3 == 0 ? 40 : 0) < $1.number + ($1.number % 3 == 0 ? 40 : 0) }
    for packet in order {
      #expect(
        stream.unprotected(packet.bytes) == rtpPacket(sequenceNumber: UInt16(truncatingIfNeeded: packet.number)))
    }
    // Replayed packets are refused, on either side of the wrap-around.
    for packet in [kept[3], kept[kept.count - 3]] { #expect(stream.unprotected(packet.bytes) == nil) }
  }
}

@Suite struct RemoteTrackClockAgeTests {
  /// The frame times, relative to `start`, of a sender whose RTP timestamps begin at `ticks` and capture times at `captured`.
  private func times(from start: MediaTime, ticks: Int64, captured: MediaTime) -> [MediaTime] {
    var clock = RemoteTrackClock(clockRate: 90_000)
    var offset: MediaTime?
    return (0..<300 as Range<Int64>).map { frame in
      let time = MediaTime(ticks: frame * 3000, at: 90_000)
      return clock.time(
        ticks: ticks + frame * 3000, captured: frame < 50 ? nil : captured + time,
        arrival: start + time + .milliseconds(frame * 7 % 5 * 10), offset: &offset) - start
    }
  }

  @Test(arguments: ages) func `a remote track's frame times at any age equal those at the start`(age: MediaTime) {
    let young = times(from: .seconds(1000), ticks: 0, captured: .seconds(500))
    #expect(
      times(from: .seconds(1000) + age, ticks: age.ticks(at: 90_000), captured: .seconds(500) + age) == young)
    // A gap of the same length between two frames.
    var clock = RemoteTrackClock(clockRate: 90_000)
    var offset: MediaTime?
    let first = clock.time(ticks: 0, captured: nil, arrival: .seconds(10), offset: &offset)
    let next = clock.time(ticks: age.ticks(at: 90_000), captured: nil, arrival: .seconds(10) + age, offset: &offset)
    #expect(next - first == age)
  }
}

@Suite struct KeyFrameThrottleAgeTests {
  private func granted(from start: MediaTime) -> [Int64] {
    var throttle = KeyFrameThrottle()
    var granted: [Int64] = []
    for step in 0..<1000 as Range<Int64> where throttle.request(by: 1, now: start + .milliseconds(step * 10)) == .encode
    {
      granted.append(step)
      throttle.encoded(now: start + .milliseconds(step * 10))
    }
    return granted
  }

  @Test(arguments: ages) func `at any age key frames are granted at the same intervals`(age: MediaTime) {
    #expect(granted(from: .seconds(100) + age) == granted(from: .seconds(100)))
  }

  @Test(arguments: ages) func `a peer whose last report is that old is silent while packets are sent`(age: MediaTime) {
    var silence = PeerSilence()
    for second in 1...8 { silence.received(now: .seconds(Double(second))) }
    silence.sent(now: .seconds(10.9) + age)
    #expect(silence.isSilent(now: .seconds(11) + age))
    silence.received(now: .seconds(11) + age)
    #expect(!silence.isSilent(now: .seconds(12) + age))
  }
}

@Suite(.serialized) struct NetworkTimerAgeTests {
  /// Used on the network thread only.
  private final class Timers: @unchecked Sendable {
    var all: [NetworkTimer] = []
  }

  @Test func `a timer for next year neither fires nor keeps others from firing`() async {
    let timers = Timers()
    let fired = Mutex<[Int]>([])
    await withCheckedContinuation { continuation in
      NetworkThread.shared.post {
        let now = MediaTime.now
        for (number, wait) in (ages + [.milliseconds(20), .milliseconds(5)]).enumerated() {
          let timer = NetworkTimer { _ in
            fired.withLock { $0.append(number) }
            if number == ages.count { continuation.resume() }
          }
          timer.deadline = now + wait
          timers.all.append(timer)
        }
      }
    }
    await withCheckedContinuation { continuation in
      NetworkThread.shared.post {
        #expect(timers.all.map { $0.deadline != nil } == ages.map { _ in true } + [false, false])
        for timer in timers.all { timer.deadline = nil }
        timers.all = []
        continuation.resume()
      }
    }
    #expect(fired.withLock { $0 } == [ages.count + 1, ages.count])
  }
}
