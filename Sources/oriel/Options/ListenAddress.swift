import ArgumentParser

/// Where a server listens: `127.0.0.1:8080`, `[::]:8080`, `localhost:0`.
struct ListenAddress {
  let host: String
  let port: Int

  static func parse(_ text: String) throws -> ListenAddress {
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

extension ListenAddress: CustomStringConvertible {
  /// As it stands in a URL.
  var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
