import ArgumentParser
import Oriel

/// An address to listen on: `127.0.0.1:8080`, `[::]:8080`, `localhost:0`.
struct ListenAddress {
  let host: String
  let port: Int
  /// Whether to listen on the equivalent of `host` in the other address family, too: true where the user named no host.
  var bothFamilies = false

  /// - Parameter own: the command's default host, used if `text` is a port only, as in `8080` or `:8080`.
  static func parse(_ text: String, host own: String) throws -> ListenAddress {
    if let port = UInt16(text.hasPrefix(":") ? text.dropFirst() : text[...]) {
      return ListenAddress(host: own, port: Int(port), bothFamilies: true)
    }
    let end = text.lastIndex(of: ":") ?? text.endIndex
    var host = text[..<end]
    if host.first == "[", host.last == "]" {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      host = ""
    }
    guard !host.isEmpty, end < text.endIndex, let port = UInt16(text[text.index(after: end)...]) else {
      throw ValidationError("write an address and a port as in 127.0.0.1:8080 or [::]:8080")
    }
    return ListenAddress(host: String(host), port: Int(port))
  }
}

extension ListenAddress {
  /// Whether this means all addresses of the machine.
  var isEverywhere: Bool { ["0.0.0.0", "::"].contains(host) }

  func apply(to configuration: inout SocketIOServerConfiguration) {
    configuration.host = host
    configuration.port = port
    configuration.bothFamilies = bothFamilies
  }
}

extension ListenAddress: CustomStringConvertible {
  /// The form used in a URL.
  var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
