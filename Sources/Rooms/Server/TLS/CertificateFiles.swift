internal import Foundation
internal import Media
internal import NIOSSL

/// The PEM files of a server's certificate chain and private key.
public struct CertificateFiles: Sendable {
  public var certificate: String
  public var key: String

  public init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }

  /// Reads both. Blocks.
  /// - Throws: `SocketIOServerError`.
  func load() throws(SocketIOServerError) -> NIOSSLContext {
    let chain: [NIOSSLCertificate]
    do { chain = try NIOSSLCertificate.inFile(certificate) } catch {
      throw .certificate("cannot read a certificate in PEM from \(certificate.readablePath); check the file")
    }
    let privateKey: NIOSSLPrivateKey
    do {
      guard var bytes = [UInt8](contentsOf: key, limit: 1 << 20) else { throw NIOSSLError.failedToLoadPrivateKey }
      defer { bytes.wipe() }
      privateKey = try NIOSSLPrivateKey(bytes: bytes, format: .pem)
    } catch {
      throw .certificate(
        "cannot read a private key in PEM, without a passphrase, from \(key.readablePath); check the file")
    }
    do {
      var settings = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
      settings.minimumTLSVersion = .tlsv12
      settings.applicationProtocols = ["http/1.1"]
      return try NIOSSLContext(configuration: settings)
    } catch {
      throw .certificate(
        "the key in \(key.readablePath) is not the one of the certificate in \(certificate.readablePath); give a pair")
    }
  }

  /// Changes when one of the files changes. Blocks.
  var state: [String] {
    [certificate, key].map { path in
      var status = stat()
      guard path.withPath({ stat($0, &status) }) == 0 else { return "" }
      return "\(status.st_dev) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
    }
  }

  /// The DNS names in the certificate, without wildcards. Blocks.
  /// - Returns: empty for an invalid file; `RoomServer.start` throws for it.
  public var hostNames: [String] {
    guard let certificate = try? NIOSSLCertificate.inFile(certificate).first else { return [] }
    return certificate._subjectAlternativeNames().filter { $0.nameType == .dnsName }
      .map { String(decoding: $0.contents, as: UTF8.self) }.filter { !$0.contains("*") }
  }
}

extension NIOSSLCertificate {
  /// The certificates of a PEM file. Blocks. A system's whole bundle has a quarter of a megabyte.
  static func inFile(_ path: String) throws -> [NIOSSLCertificate] {
    guard let bytes = [UInt8](contentsOf: path, limit: 16 << 20) else { throw NIOSSLError.failedToLoadCertificate }
    return try fromPEMBytes(bytes)
  }
}
