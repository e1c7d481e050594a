import SDP
import Foundation
import Harness
import Media
import RTP
import RoomProtocol
import Rooms
import Sharing
import Testing
import WebRTC

@Suite(.timeLimit(.minutes(1))) struct ShareIdentityTests {
  @Test func `the fingerprint and the code match the digest by openssl, as base64url and base32`() async throws {
    let identity = try ShareIdentity.random()
    let folder = try TemporaryDirectory()
    let file = folder.file("certificate.der")
    try Data(identity.certificate.encoded).write(to: file)
    let output = try await Program.run("openssl", ["dgst", "-sha256", "-r", file.path])
    let digest = output.prefix(64)
    let bytes = stride(from: 0, to: 64, by: 2).compactMap { at in
      UInt8(digest.dropFirst(at).prefix(2), radix: 16)
    }
    let digestFile = folder.file("digest")
    try Data(bytes).write(to: digestFile)
    let padded = identity.fingerprint.replacing("-", with: "+").replacing("_", with: "/") + "="
    #expect(Data(base64Encoded: padded) == Data(bytes) && identity.fingerprint.utf8.count == 43)
    let base32 = try await Program.run("sh", ["-c", "head -c 10 \"$0\" | base32", digestFile.path])
    #expect(identity.code.replacing(" ", with: "") == base32.trimmingCharacters(in: .whitespacesAndNewlines))
    #expect(identity.code.firstMatch(of: /^[A-Z2-7]{4}( [A-Z2-7]{4}){3}$/) != nil)
  }

  @Test func `a stored certificate is read back unchanged; with another's key or damaged it throws`() throws {
    let kept = try ShareIdentity.random().certificate
    let again = try RTCCertificate(encoded: kept.encoded, key: kept.encodedKey())
    #expect(again.getFingerprints() == kept.getFingerprints() && again.encoded == kept.encoded)
    #expect(abs(again.expires - kept.expires) <= 1000)
    let year: Int64 = 365 * 86_400_000
    #expect(abs(again.expires - Int64(Date().timeIntervalSince1970 * 1000) - year) < 60_000)
    let other = try ShareIdentity.random().certificate
    #expect(throws: RTCCertificateError.self) { try RTCCertificate(encoded: kept.encoded, key: other.encodedKey()) }
    for broken in [[], [0x30], Array(kept.encoded.dropLast()), [UInt8](repeating: 0x30, count: 400)] {
      #expect(throws: RTCCertificateError.self) { try RTCCertificate(encoded: broken, key: kept.encodedKey()) }
      #expect(throws: RTCCertificateError.self) { try RTCCertificate(encoded: kept.encoded, key: broken) }
    }
  }

  private func fingerprints(_ viewer: TestViewer) async -> [Substring] {
    let sdp = await viewer.connection?.remoteDescription?.sdp ?? ""
    return sdp.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("a=fingerprint:") }
  }

  @Test(arguments: [false, true])
  func `all connections of a share use one certificate`(isGiven: Bool) async throws {
    var configuration = RTCConfiguration.loopback
    let identity = try ShareIdentity.random()
    if isGiven { configuration.certificates = [identity.certificate] }
    let shared = try await SharedCanvas(configuration: configuration)
    let viewers = [try await TestViewer(port: shared.port, name: "One"), try await TestViewer(port: shared.port)]
    var seen = Set<Substring>()
    for viewer in viewers {
      try await viewer.sees("the connection") { $0.states.contains(.connected) }
      let own = await fingerprints(viewer)
      #expect(!own.isEmpty)
      seen.formUnion(own)
    }
    #expect(seen.count == 1)
    if isGiven { #expect(seen.first?.hasSuffix(identity.certificate.getFingerprints()[0].value) == true) }
    for viewer in viewers { await viewer.leave() }
    await shared.stop()
  }
}
