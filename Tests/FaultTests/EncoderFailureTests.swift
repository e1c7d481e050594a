import Foundation
import Harness
import Scenes
import Testing

extension FaultTests {
  @Suite(.enabled(if: PreloadedLibrary.compiler != nil, "no C compiler is installed"), .timeLimit(.minutes(1)))
  struct EncoderFailureTests {
    /// libvpx without memory for an encoder.
    private static let source = """
      int vpx_codec_enc_init_ver(void) { return 2; /* VPX_CODEC_MEM_ERROR */ }

      """

    @Test func `a recording whose encoder cannot start leaves no file and ends with 70`() async throws {
      let library = try await PreloadedLibrary(Self.source)
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let folder = try TemporaryDirectory()
      let ended = try await Recorder(
        folder.file("a.webm").path, display: desktop.display, environment: library.environment
      ).ended()
      #expect(ended.status == 70)
      #expect(ended.error["code"] == "encoder")
      #expect(ended.error["message"].string?.contains("VP8") == true, "\(ended.events)")
      #expect(ended.exit.leftBehind.isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    @Test func `a share whose encoder cannot start for its recording ends with 70, and leaves no file`() async throws {
      let library = try await PreloadedLibrary(Self.source)
      let desktop = try await Desktop(.still, width: 320, height: 240)
      let folder = try TemporaryDirectory()
      let share = try Program(
        try Executables.product("oriel"),
        ["share", "--display", desktop.display, "--json", "--record", folder.file("a.webm").path],
        environment: library.environment)
      let exit = try await share.exit(within: .seconds(30))
      #expect(exit.status == 70)
      let events = share.output.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
      let error = try #require(events.first { $0["event"] == "error" }, "\(share.output)")
      #expect(error["code"] == "encoder")
      #expect(error["message"].string?.contains("viewers") == true, "\(error)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }
  }
}
