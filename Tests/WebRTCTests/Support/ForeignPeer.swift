import JSEP
import Foundation
import Harness
import RTP
import WebRTC

/// Another WebRTC stack, in a program of `Tests/Peers` that speaks in lines of JSON: it takes or makes an offer to receive one
/// video, and keeps pictures that it has decoded.
///
/// It reads `{"offer": SDP}`, `{"makeOffer": true}`, `{"answer": SDP}` and `{"save": FILE}`, and writes `{"answer": SDP}`,
/// `{"offer": SDP}`, `{"connected": …}` with what the stack tells of itself, and `{"saved": FILE, "width": …, "height": …}`
/// once the file holds the next picture as red, green and blue bytes; of sound, `{"heard": HERTZ, "peak": …}`. Its descriptions have all candidates in them.
final class ForeignPeer: Sendable {
  private let program: Program
  private let input: Descriptor
  private let folder: TemporaryDirectory

  /// - Parameter environment: what its packages are in, as for `PythonPeer`.
  init(_ script: String, in environment: String?) throws {
    folder = try TemporaryDirectory()
    let (ours, theirs) = try Descriptor.socketPair()
    input = ours
    program = try PythonPeer.start(script, [folder.url.path], in: environment, input: theirs)
  }

  /// Takes an offer and gives the answer.
  func answer(_ offer: RTCSessionDescription) async throws -> RTCSessionDescriptionInit {
    tell(["offer": .string(offer.sdp)])
    return RTCSessionDescriptionInit(type: .answer, sdp: try await report("answer")["answer"].string ?? "")
  }

  /// Makes an offer.
  func offer() async throws -> RTCSessionDescriptionInit {
    tell(["makeOffer": .bool(true)])
    return RTCSessionDescriptionInit(type: .offer, sdp: try await report("offer")["offer"].string ?? "")
  }

  func take(_ answer: RTCSessionDescription) { tell(["answer": .string(answer.sdp)]) }

  /// Waits until it says that it is connected.
  /// - Returns: what it tells of the connection.
  func connected() async throws -> JSON { try await report("connected")["connected"] }

  /// The next picture that it decodes.
  func picture(_ name: String) async throws -> DecodedFrame {
    let file = folder.file(name)
    tell(["save": .string(file.path)])
    let report = try await report("saved") { $0["saved"].string == file.path }
    guard let width = report["width"].int, let height = report["height"].int,
      case let bytes = [UInt8](try Data(contentsOf: file)), bytes.count == width * height * 3
    else { throw HarnessError("\(program.name) kept no whole picture: \(report)") }
    return DecodedFrame(milliseconds: 0, width: width, height: height, format: .rgb, bytes: bytes)
  }

  /// Waits until it hears a tone.
  /// - Returns: its frequency, and the largest of its samples, of 32,767.
  func tone() async throws -> (hertz: Double, peak: Int) {
    let report = try await report("heard")
    return (report["heard"].number ?? 0, report["peak"].int ?? 0)
  }

  func stop() { program.kill() }

  private func tell(_ message: [String: JSON]) { input.send(JSON.object(message).bytes + [0x0A]) }

  private func report(
    _ name: String, where matches: @escaping @Sendable (JSON) -> Bool = { _ in true }
  ) async throws -> JSON {
    do {
      let line = try await program.line(within: .seconds(45)) { line in
        guard let report = try? JSON(parsing: line) else { return false }
        return report[name] != .null && matches(report)
      }
      return try JSON(parsing: line)
    } catch {
      throw HarnessError("\(error)\n\(program.output)\n\(program.errorOutput)")
    }
  }
}
