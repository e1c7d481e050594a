import Digest
import Testing

@Suite struct DigestTests {
  @Test(arguments: [
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
  ])
  func `SHA-1 of the FIPS 180-4 examples`(text: String, digest: String) {
    #expect(hexadecimal(SHA1.hash(Array(text.utf8))) == digest)
  }

  @Test func `HMAC-SHA-1 of RFC 2202 cases 2 and 6, the latter with a key longer than a block`() {
    let second = SHA1.authenticationCode(for: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
    #expect(hexadecimal(second) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
    let sixth = SHA1.authenticationCode(
      for: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      key: [UInt8](repeating: 0xaa, count: 80))
    #expect(hexadecimal(sixth) == "aa4ae5e15272d00e95705637ce8a3b55ed402112")
  }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
