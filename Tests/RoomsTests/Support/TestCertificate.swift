import Foundation
import Harness

/// A self-signed certificate for localhost, with its key.
struct TestCertificate {
  let certificate: URL
  let key: URL

  /// Makes a certificate with files of this name in `folder`.
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

  /// Overwrites another certificate's files with these.
  func replace(_ other: TestCertificate) throws {
    for (mine, its) in [(key, other.key), (certificate, other.certificate)] {
      try Data(contentsOf: mine).write(to: its)
    }
  }
}
