import Foundation

/// An nginx for one test on a loopback port, as a reverse proxy in front of a local server.
package final class Nginx: Sendable {
  /// Whether nginx is installed; if not, tests that need it are skipped.
  package static var isInstalled: Bool { executable != nil }

  private static var executable: String? {
    let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    // Debian's place, which is not in a user's PATH, and the place where `.ci/nginx` unpacks it.
    let places = ["/usr/sbin/nginx", repository.appending(path: ".build-nginx/usr/sbin/nginx").path]
    return Executables.installed("nginx") ?? places.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  package let port: UInt16
  private let folder: TemporaryDirectory
  private let program: Program

  /// Starts it and waits until it accepts connections.
  /// - Parameters:
  ///   - port: the port of the server behind it.
  ///   - ownPort: the port it listens on; nil for any free one.
  ///   - headers: request headers to set in addition to those of WebSockets, such as `Host $host`.
  ///   - certificate: the certificate chain and key for HTTPS; nil for HTTP.
  /// - Throws: `HarnessError` when nginx is not installed or does not start.
  package init(
    before port: Int, at ownPort: UInt16? = nil, headers: [String], certificate: (chain: String, key: String)? = nil
  ) async throws {
    guard let executable = Self.executable else { throw HarnessError("there is no nginx; run .ci/nginx first") }
    self.port = try ownPort ?? FreePort.find()
    let folder = try TemporaryDirectory()
    self.folder = folder
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
      "\($0)_temp_path \(folder.file($0).path);"
    }
    let tls = certificate.map { "ssl_certificate \($0.chain); ssl_certificate_key \($0.key);" } ?? ""
    let configuration = """
      daemon off; master_process off; pid \(folder.file("pid").path); error_log stderr;
      events { worker_connections 256; }
      http {
        access_log off; \(temporary.joined(separator: " "))
        map $http_upgrade $connection_upgrade { default upgrade; '' close; }
        server {
          listen 127.0.0.1:\(self.port)\(certificate == nil ? "" : " ssl"); \(tls)
          location / {
            proxy_pass http://127.0.0.1:\(port); proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
            \(headers.map { "proxy_set_header \($0);" }.joined(separator: " "))
          }
        }
      }
      """
    try Data(configuration.utf8).write(to: folder.file("nginx.conf"))
    program = try Program(
      executable, ["-p", folder.url.path, "-c", folder.file("nginx.conf").path, "-e", "stderr"])
    let port = self.port
    try await eventually("nginx on port \(port), which said: \(program.errorOutput)") { FreePort.isTaken(port) }
  }

  package func stop() async throws { try await program.stop() }
}
