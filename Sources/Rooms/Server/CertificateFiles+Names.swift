internal import NIOSSL

extension CertificateFiles {
  /// The names of hosts that the certificate is for, without those that have a wildcard in them. Blocks.
  /// - Returns: none for a file that is no certificate; `RoomServer.start` says so.
  public var hostNames: [String] {
    guard let certificate = try? NIOSSLCertificate.fromPEMFile(certificate).first else { return [] }
    return certificate._subjectAlternativeNames().filter { $0.nameType == .dnsName }
      .map { String(decoding: $0.contents, as: UTF8.self) }.filter { !$0.contains("*") }
  }
}
