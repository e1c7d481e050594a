import Foundation

/// Sends HTTP requests with headers written by the test, to an address of any family and from any network.
package enum HTTPStatus {
  private static let script = """
    import socket, sys
    try:
      connection = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    except OSError:
      print(0)
      sys.exit()
    connection.sendall("\\r\\n".join(sys.argv[3:] + ["", ""]).encode())
    print(connection.recv(100).split()[1].decode())
    """

  /// The status of a GET request; 0 if the connection is refused.
  /// - Parameters:
  ///   - host: the value of `Host`; nil for the address and port.
  ///   - headers: header lines in addition to `Host`.
  ///   - network: the network to send from; nil for this process's own.
  package static func get(
    _ path: String, at address: String, _ port: Int, host: String? = nil, _ headers: [String] = [],
    in network: NetworkNamespace? = nil
  ) async throws -> Int? {
    let host = host ?? "\(address.contains(":") ? "[\(address)]" : address):\(port)"
    let request = ["GET \(path) HTTP/1.1", "Host: \(host)"] + headers
    let command = (network?.wrapper ?? []) + ["python3", "-c", script, address, "\(port)"] + request
    let status = try await Program.run(command[0], Array(command.dropFirst()))
    return Int(status.prefix { $0.isNumber })
  }
}
