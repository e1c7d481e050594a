import Foundation

/// An nginx of the test's own on a loopback port, as a proxy in front of a server of this machine.
package final class Nginx: Sendable {
  /// Whether there is an nginx; tests that need it are skipped without.
  package static var isInstalled: Bool { executable != nil }

  private static var executable: String? {
    let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    // Where Debian has it, which is in no user's PATH, and where `.ci/nginx` unpacks it.
    let places = ["/usr/sbin/nginx", repository.appending(path: ".build-nginx/usr/sbin/nginx").path]
    return Executables.installed("nginx") ?? places.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  package let port: UInt16
  private let folder: TemporaryDirectory
  private let program: Program

  /// Starts it and waits until it takes connections.
  /// - Parameters:
  ///   - port: of the server that it stands before.
  ///   - ownPort: where it listens; nil for any that is free.
  ///   - headers: what it says to that server, beside what WebSockets take: `Host $host`.
  ///   - certificate: with its key, to speak HTTPS.
  /// - Throws: `HarnessError` when nginx is not there or does not start.
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
