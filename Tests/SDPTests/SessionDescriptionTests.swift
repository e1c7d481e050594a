import RTCFuzzChecks
import RTP
import SDP
import Testing

@Suite struct SessionDescriptionTests {
  private static let minimal = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"

  @Test(arguments: Vectors.names)
  func `a real peer's description is written as it was read, to the byte`(name: String) throws {
    let text = try Vectors.text(name)
    let description = try SessionDescription(parsing: text)
    #expect(Array(description.description.utf8) == Array(text.utf8))
  }

  @Test(arguments: Vectors.names)
  func `each known line of a real peer is written back from its content unchanged`(name: String) throws {
    let description = try SessionDescription(parsing: try Vectors.text(name))
    for line in description.lines + description.media.flatMap(\.lines) where line.content != .other {
      // Only the case of "UDP" and a trailing or doubled space may be lost; the line's own text keeps them.
      #expect(
        SDPLine(line.content).text.lowercased() == line.text.lowercased())
    }
  }

  @Test(arguments: Vectors.names)
  func `no known attribute of a real peer is read as unknown`(name: String) throws {
    let known: Set<String> = [
      "group", "mid", "msid", "ice-ufrag", "ice-pwd", "ice-options", "candidate", "rtcp", "fingerprint", "setup",
      "rtpmap", "fmtp", "extmap", "ssrc", "ssrc-group", "rtcp-fb", "rtcp-mux", "rtcp-rsize", "sendrecv", "recvonly",
    ]
    let description = try SessionDescription(parsing: try Vectors.text(name))
    for attribute in description.lines.compactMap(\.attribute) + description.media.flatMap(\.attributes) {
      if case .other(let name, _) = attribute { #expect(!known.contains(name)) }
    }
  }

  @Test func `Chromium's offer is read completely`() throws {
    let offer = try SessionDescription(parsing: try Vectors.text("chromium-sendrecv-data"))
    #expect(offer.groups == [SDPGroup(semantics: "BUNDLE", mids: ["0", "1", "2"])])
    #expect(offer.allowsMixedExtensions)
    #expect(offer.media.map(\.media.kind) == [.audio, .video, .application])
    #expect(offer.media.map(\.mid) == ["0", "1", "2"])
    let video = offer.media[1]
    #expect(video.direction == .sendrecv)
    #expect(video.setup == .actpass)
    #expect(video.hasRTCPMux && video.hasReducedSizeRTCP)
    let vp8 = try #require(video.codecs.first { $0.name == "VP8" })
    #expect(vp8.clockRate == 90_000)
    #expect(vp8.feedback == [.nack, .pli, .fir, .remb, .transportCC])
    #expect(video.codecs.contains { $0.isRTX && $0.associatedPayloadType == vp8.payloadType })
    #expect(video.ssrcGroups.first?.semantics == "FID")
    #expect(video.ssrcGroups.first?.ssrcs.count == 2)
    #expect(video.headerExtensions.contains { $0.uri == RTPHeaderExtension.mid.rawValue })
    let opus = try #require(offer.media[0].codecs.first)
    #expect(opus.name == "opus" && opus.channels == 2 && opus.clockRate == 48_000)
    #expect(opus.parameters.contains(.init(name: "minptime", value: "10")))
    #expect(offer.media[0].candidates.allSatisfy { $0.isMDNSName })
  }

  @Test func `aiortc's three fingerprints are all read`() throws {
    let offer = try SessionDescription(parsing: try Vectors.text("aiortc-offer"))
    #expect(offer.media[0].fingerprints.map(\.algorithm) == ["sha-256", "sha-384", "sha-512"])
  }

  @Test func `a bundle-only section is not rejected`() throws {
    let offer = try SessionDescription(parsing: try Vectors.text("gstreamer-offer"))
    #expect(offer.media[1].media.port == 0)
    #expect(offer.media[1].isBundleOnly && !offer.media[1].isRejected)
    let stopped = try SessionDescription(parsing: try Vectors.text("chromium-restopped"))
    #expect(stopped.media.map(\.isRejected) == [false, true, false])
  }

  @Test func `LF line ends, as text fields of web pages make them, are kept`() throws {
    let text = Self.minimal.replacing("\r\n", with: "\n")
    let description = try SessionDescription(parsing: text)
    #expect(description.lineEnd == .lf)
    #expect(Array(description.description.utf8) == Array(text.utf8))
  }

  @Test func `a last line without an end and empty lines after it are accepted`() throws {
    for text in [String(Self.minimal.dropLast()), Self.minimal + "\r\n\n"] {
      let description = try SessionDescription(parsing: text)
      #expect(description.description == Self.minimal)
    }
  }

  @Test func `unknown lines stay in their place`() throws {
    let text =
      Self.minimal + "i=a talk\r\na=unheard-of:1 2  3\r\nm=audio 9 RTP/AVP 0\r\nk=clear:x\r\na=flag\r\na=rid:h send\r\n"
    let description = try SessionDescription(parsing: text)
    #expect(description.description == text)
    #expect(description.media[0].lines.last?.attribute == .other(name: "rid", value: "h send"))
  }

  @Test func `a changed m= line is written, the other lines stay unchanged`() throws {
    var description = try SessionDescription(parsing: Self.minimal + "m=audio 9 RTP/AVP 0\r\na=x:  y\r\n")
    description.media[0].media.port = 0
    #expect(description.description == Self.minimal + "m=audio 0 RTP/AVP 0\r\na=x:  y\r\n")
  }

  @Test(
    arguments: [
      ("", 1, .missing("v=")),
      ("hello", 1, .notALine),
      ("o=- 1 2 IN IP4 127.0.0.1\r\n", 1, .missing("v=")),
      ("v=1\r\n", 1, .malformed("v=")),
      ("v=0\r\no=- 1 2 IN IP4\r\n", 2, .malformed("o=")),
      ("v=0\r\ns=-\r\n", 2, .missing("o=")),
      ("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\nt=0 0\r\n", 3, .missing("s=")),
      ("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\n", 4, .missing("t=")),
      ("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nm=audio 9 RTP/AVP 0\r\n", 4, .missing("t=")),
      (minimal + "a\r\n", 5, .notALine),
      (minimal + "a =b\r\n", 5, .notALine),
      (minimal + "A=b\r\n", 5, .notALine),
      (minimal + "a=x\u{0}y\r\n", 5, .notALine),
      (minimal + "a=x\ry\r\n", 5, .notALine),
      (minimal + "\r\na=x\r\n", 5, .notALine),
      (minimal + "a=\r\n", 5, .malformed("a=")),
      (minimal + "m=audio 9 RTP/AVP\r\n", 5, .malformed("m=")),
      (minimal + "m=audio 70000 RTP/AVP 0\r\n", 5, .malformed("m=")),
      (minimal + "m=audio -1 RTP/AVP 0\r\n", 5, .malformed("m=")),
      (minimal + "m=audio 9 UDP/TLS/RTP/SAVPF 128\r\n", 5, .malformed("m=")),
      (minimal + "m=audio 9 UDP/TLS/RTP/SAVPF VP8\r\n", 5, .malformed("m=")),
      (minimal + "m=audio 9  RTP/AVP 0\r\n", 5, .malformed("m=")),
      (minimal + "c=IN IP4\r\n", 5, .malformed("c=")),
      (minimal + "b=AS\r\n", 5, .malformed("b=")),
      (minimal + "b=AS:99999999999999999999\r\n", 5, .malformed("b=")),
      (minimal + "t=x 0\r\n", 5, .malformed("t=")),
      (minimal + "a=rtpmap:96 VP8\r\n", 5, .malformed("a=rtpmap")),
      (minimal + "a=rtpmap:200 VP8/90000\r\n", 5, .malformed("a=rtpmap")),
      (minimal + "a=rtpmap:96 VP8/0\r\n", 5, .malformed("a=rtpmap")),
      (minimal + "a=fmtp:96\r\n", 5, .malformed("a=fmtp")),
      (minimal + "a=rtcp-fb:96\r\n", 5, .malformed("a=rtcp-fb")),
      (minimal + "a=extmap:0 urn:x\r\n", 5, .malformed("a=extmap")),
      (minimal + "a=extmap:1/up urn:x\r\n", 5, .malformed("a=extmap")),
      (minimal + "a=ssrc:4294967296 cname:x\r\n", 5, .malformed("a=ssrc")),
      (minimal + "a=ssrc-group:FID 1 x\r\n", 5, .malformed("a=ssrc-group")),
      (minimal + "a=setup:maybe\r\n", 5, .malformed("a=setup")),
      (minimal + "a=fingerprint:sha-256 AB:C\r\n", 5, .malformed("a=fingerprint")),
      (minimal + "a=fingerprint:sha-256 AB:CDE\r\n", 5, .malformed("a=fingerprint")),
      (minimal + "a=fingerprint:sha-256\r\n", 5, .malformed("a=fingerprint")),
      (minimal + "a=ice-ufrag:abc\r\n", 5, .malformed("a=ice-ufrag")),
      (minimal + "a=ice-pwd:tooshort\r\n", 5, .malformed("a=ice-pwd")),
      (minimal + "a=mid:\r\n", 5, .malformed("a=mid")),
      (minimal + "a=candidate:1 1 udp 1 1.2.3.4 5 typ\r\n", 5, .malformed("a=candidate")),
    ] as [(String, Int, SDPError.Problem)])
  func `an invalid description is refused with the line number`(text: String, line: Int, problem: SDPError.Problem) {
    #expect(throws: SDPError(line: line, problem)) { try SessionDescription(parsing: text) }
  }

  @Test func `a description over a limit is refused`() {
    let sections = String(repeating: "m=audio 9 RTP/AVP 0\r\n", count: 129)
    #expect(throws: SDPError(line: 69, .tooLong)) { try SessionDescription(parsing: Self.minimal + sections) }
    let line = "a=x:" + String(repeating: "y", count: 9000) + "\r\n"
    #expect(throws: SDPError(line: 5, .tooLong)) { try SessionDescription(parsing: Self.minimal + line) }
    let lines = String(repeating: "a=x\r\n", count: 16384)
    #expect(throws: SDPError(line: 16385, .tooLong)) { try SessionDescription(parsing: Self.minimal + lines) }
    let text = String(repeating: "a", count: 512 * 1024 + 1)
    #expect(throws: SDPError(line: 1, .tooLong)) { try SessionDescription(parsing: text) }
  }

  @Test func `a bandwidth is read in bits per second`() throws {
    let text = Self.minimal + "m=video 9 RTP/AVP 96\r\nb=AS:500\r\nb=TIAS:400000\r\nb=CT:9\r\n"
    let section = try SessionDescription(parsing: text).media[0]
    #expect(section.bandwidths.map(\.bitsPerSecond) == [500_000, 400_000, nil])
  }

  @Test func `feedback for all formats applies to every codec`() throws {
    let text =
      Self.minimal + "m=video 9 RTP/SAVPF 96 97\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 VP9/90000\r\n"
      + "a=rtcp-fb:* nack\r\na=rtcp-fb:97 nack pli\r\n"
    let codecs = try SessionDescription(parsing: text).media[0].codecs
    #expect(codecs.map(\.feedback) == [[.nack], [.nack, .pli]])
  }
}
