import COpus
import Encoding
import Harness
import Media

/// Collects an encoder's packets, and decodes them like a player.
final class PacketLog: EncodedAudioSink {
  struct Seen: Sendable {
    var packets: [EncodedFrame] = []
    var end: MediaTime?
    var hasEnded = false
    var error: String?
  }

  private let seen = Watched(Seen())

  var current: Seen { seen.current }

  @discardableResult
  func seen(_ what: String, _ condition: @escaping @Sendable (Seen) -> Bool) async throws -> Seen {
    try await seen.first(what, within: .seconds(30)) { condition($0) ? $0 : nil }
  }

  func receive(_ packet: EncodedFrame) { seen.update { $0.packets.append(packet) } }

  func audioEnded(at end: MediaTime?, error: EncoderError?) {
    seen.update { seen in
      seen.end = end
      seen.hasEnded = true
      seen.error = error?.description
    }
  }

  /// The decoded packets without the encoder's delay: begins `AudioEncoder.delay` after the first packet's time.
  func decoded(channel: Int = 0) throws -> Sound {
    var status: Int32 = 0
    let decoder = opus_decoder_create(48_000, 2, &status)
    guard let decoder else { throw HarnessError("libopus created no decoder") }
    defer { opus_decoder_destroy(decoder) }
    var sound: [Float] = []
    var block = [Float](repeating: 0, count: 1920)
    for packet in current.packets {
      let count = opus_decode_float(decoder, packet.data, Int32(packet.data.count), &block, 960, 0)
      guard count == 960 else { throw HarnessError("libopus decoded \(count) samples") }
      sound += stride(from: channel, to: 1920, by: 2).map { block[$0] }
    }
    return Sound(Array(sound.dropFirst(AudioEncoder.lookahead)))
  }

  /// Whether each packet's time is 20 ms after the previous one's.
  var isGapless: Bool {
    zip(current.packets, current.packets.dropFirst()).allSatisfy {
      abs(($1.timestamp - $0.timestamp - AudioEncoder.packetDuration).nanoseconds) <= 1
    }
  }
}
