/// Chooses the check by the input's first byte.
package enum RTCChecks {
  package static func check(_ input: [UInt8]) {
    guard let first = input.first else { return }
    switch first {
    // A whole description begins with "v=0", a candidate with "candidate:", so their files are plain texts.
    case UInt8(ascii: "v"): SDPChecks.check(input)
    case UInt8(ascii: "c"): SDPChecks.checkCandidate(input)
    // The other inputs are bytes after a letter.
    case UInt8(ascii: "r"): RTPChecks.checkRTP(Array(input.dropFirst()))
    case UInt8(ascii: "t"): RTPChecks.checkRTCP(Array(input.dropFirst()))
    case UInt8(ascii: "p"): RTPChecks.checkPayload(Array(input.dropFirst()))
    case UInt8(ascii: "s"): RTPSessionChecks.check(Array(input.dropFirst()))
    default: break
    }
  }
}
