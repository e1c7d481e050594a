import NIOCore
import Rooms

/// Several clients who send what they like, in pieces, in any order, and go as they like.
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
      // The same, as a slow network brings it.
      case 4:
        for byte in bytes { client.deliver([byte]) }
      default:
        largest = max(largest, bytes.count)
        client.deliver(bytes)
      }
      server.check(largest: largest)
      // A client that takes nothing may let only so much wait.
      for client in clients where kind & 128 == 0 { _ = client.takeOutput() }
    }
    for client in clients { client.close() }
    server.checkEnd()
  }
}

/// One client's bytes, whole and byte by byte: the server makes the same of them.
enum SplitChecks {
  static func check(_ bytes: ArraySlice<UInt8>) {
    let bytes = Array(bytes.prefix(4000))
    let whole = answer(to: [bytes])
    let single = answer(to: bytes.map { [$0] })
    guard whole == single else { fatalError("the same bytes one by one are something else: \(whole), \(single)") }
    guard bytes.count > 2 else { return }
    let middle = bytes.count / 2
    let halves = answer(to: [Array(bytes[..<middle]), Array(bytes[middle...])])
    guard halves == whole else { fatalError("the same bytes in halves are something else: \(whole), \(halves)") }
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
    let answer = Answer(output: plain(output), isActive: client.isActive)
    client.close()
    server.checkEnd()
    return answer
  }

  /// Without what is random: the letters and digits of names, and the time.
  private static func plain(_ bytes: [UInt8]) -> String {
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
