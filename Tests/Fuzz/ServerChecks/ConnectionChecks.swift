import NIOCore
import Rooms

/// Several clients that send arbitrary bytes in pieces, in any order, and disconnect at any time.
enum ConnectionChecks {
  static func check(_ pieces: Pieces) {
    let server = EmbeddedServer(EmbeddedServer.tight)
    var clients: [EmbeddedConnection] = []
    var largest = 0
    for (kind, bytes) in pieces {
      let number = Int(kind & 3)
      while clients.count <= number { clients.append(server.connect()) }
      if !clients[number].isActive { clients[number] = server.connect() }
      let client = clients[number]
      switch kind >> 2 & 7 {
      case 0: client.close()
      case 1: server.advance(.milliseconds(Int64(kind) * 10))
      case 2: server.advance(.seconds(Int64(kind)))
      case 3: _ = client.takeOutput()
      // Byte by byte, as over a slow network.
      case 4:
        for byte in bytes { client.deliver([byte]) }
      default:
        largest = max(largest, bytes.count)
        client.deliver(bytes)
      }
      server.check(largest: largest)
      // With the top bit the clients read nothing, so that output accumulates up to its limit.
      for client in clients where kind & 128 == 0 { _ = client.takeOutput() }
    }
    for client in clients { client.close() }
    server.checkEnd()
  }
}

/// One client's bytes have the same result whole, byte by byte and in halves.
enum SplitChecks {
  static func check(_ bytes: ArraySlice<UInt8>) {
    let bytes = Array(bytes.prefix(4000))
    let whole = answer(to: [bytes])
    let single = answer(to: bytes.map { [$0] })
    guard whole == single else { fatalError("byte by byte the result differs: \(whole), \(single)") }
    guard bytes.count > 2 else { return }
    let middle = bytes.count / 2
    let halves = answer(to: [Array(bytes[..<middle]), Array(bytes[middle...])])
    guard halves == whole else { fatalError("in halves the result differs: \(whole), \(halves)") }
  }

  private struct Answer: Equatable {
    let output: String
    let isActive: Bool
  }

  private static func answer(to pieces: [[UInt8]]) -> Answer {
    let server = EmbeddedServer(ServerLimits())
    let client = server.connect()
    var output: [UInt8] = []
    for piece in pieces {
      client.deliver(piece)
      output += client.takeOutput()
    }
    let answer = Answer(output: withoutRandomness(output), isActive: client.isActive)
    client.close()
    server.checkEnd()
    return answer
  }

  /// Replaces everything random: the letters and digits of names, and the time.
  private static func withoutRandomness(_ bytes: [UInt8]) -> String {
    String(
      decoding: bytes.map { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          UInt8(ascii: "x")
        default: byte
        }
      }, as: UTF8.self)
  }
}
