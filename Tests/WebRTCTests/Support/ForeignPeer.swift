import JSEP
import Foundation
import Harness
import RTP
import WebRTC

/// Another WebRTC stack, run by a program of `Tests/Peers` that is controlled by lines of JSON: it answers or makes an offer to
/// receive one video, and saves decoded pictures.
///
/// It reads `{"offer": SDP}`, `{"makeOffer": true}`, `{"answer": SDP}` and `{"save": FILE}`, and writes `{"answer": SDP}`,
/// `{"offer": SDP}`, `{"connected": …}` with details of the connection, `{"saved": FILE, "width": …, "height": …}` when the file
/// holds the next picture as red, green and blue bytes, and `{"heard": HERTZ, "peak": …}` for sound. Its descriptions contain all
/// candidates.
final class ForeignPeer: Sendable {
  private let program: Program
  private let input: Descriptor
  private let folder: TemporaryDirectory

  /// - Parameter environment: the environment with its packages, as for `PythonPeer`.
  init(_ script: String, in environment: String?) throws {
    folder = try TemporaryDirectory()
    let (ours, theirs) = try Descriptor.socketPair()
    input = ours
    program = try PythonPeer.start(script, [folder.url.path], in: environment, input: theirs)
  }

  /// Sends an offer and returns the answer.
  func answer(_ offer: RTCSessionDescription) async throws -> RTCSessionDescriptionInit {
    send(["offer": .string(offer.sdp)])
    return RTCSessionDescriptionInit(type: .answer, sdp: try await report("answer")["answer"].string ?? "")
  }

  /// Makes an offer.
  func offer() async throws -> RTCSessionDescriptionInit {
    send(["makeOffer": .bool(true)])
    return RTCSessionDescriptionInit(type: .offer, sdp: try await report("offer")["offer"].string ?? "")
  }

  func take(_ answer: RTCSessionDescription) { send(["answer": .string(answer.sdp)]) }

  /// Waits until it is connected.
  /// - Returns: its report on the connection.
  func connected() async throws -> JSON { try await report("connected")["connected"] }

  /// The next picture that it decodes.
  func picture(_ name: String) async throws -> DecodedFrame {
    let file = folder.file(name)
    send(["save": .string(file.path)])
    let report = try await report("saved") { $0["saved"].string == file.path }
    guard let width = report["width"].int, let height = report["height"].int,
      case let bytes = [UInt8](try Data(contentsOf: file)), bytes.count == width * height * 3
    else { throw HarnessError("\(program.name) kept no whole picture: \(report)") }
    return DecodedFrame(milliseconds: 0, width: width, height: height, format: .rgb, bytes: bytes)
  }

  /// Waits until it receives a tone.
  /// - Returns: the tone's frequency, and its largest sample, of 32,767.
  func tone() async throws -> (hertz: Double, peak: Int) {
    let report = try await report("heard")
    return (report["heard"].number ?? 0, report["peak"].int ?? 0)
  }

  func stop() { program.kill() }

  private func send(_ message: [String: JSON]) { input.send(JSON.object(message).bytes + [0x0A]) }

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
