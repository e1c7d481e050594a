internal import NIOSSL

extension CertificateFiles {
  /// The DNS names in the certificate, without wildcards. Blocks.
  /// - Returns: empty for an invalid file; `RoomServer.start` throws for it.
  public var hostNames: [String] {
    guard let certificate = try? NIOSSLCertificate.inFile(certificate).first else { return [] }
    return certificate._subjectAlternativeNames().filter { $0.nameType == .dnsName }
      .map { String(decoding: $0.contents, as: UTF8.self) }.filter { !$0.contains("*") }
  }
}
