import Foundation
import Harness

/// A certificate for localhost that signs itself, with its key.
struct TestCertificate {
  let certificate: URL
  let key: URL

  /// Makes one of this name in `folder`.
  static func make(_ name: String, in folder: TemporaryDirectory) async throws -> TestCertificate {
    let made = TestCertificate(certificate: folder.file("\(name).pem"), key: folder.file("\(name).key"))
    try await Program.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", made.key.path, "-out",
        made.certificate.path,
      ])
    return made
  }

  /// Puts this certificate and key in the place of another's.
  func replace(_ other: TestCertificate) throws {
    for (mine, its) in [(key, other.key), (certificate, other.certificate)] {
      try Data(contentsOf: mine).write(to: its)
    }
  }
}
