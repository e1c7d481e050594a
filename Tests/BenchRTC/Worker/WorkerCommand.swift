import ArgumentParser
import Foundation

/// Runs Oriel's peer connections in a separate process, so that their CPU use is not mixed with the benchmark's. Carries out
/// the requests on its standard input until it ends.
struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "worker", shouldDisplay: false)

  @Option var display: String?
  @Option var bitrate = 2_500_000

  func run() async throws {
    let connections = try await WorkerConnections(display: display, bitrate: bitrate)
    while let line = readLine() {
      let request = try JSONDecoder().decode(WorkerRequest.self, from: Data(line.utf8))
      var reply = WorkerReply(number: request.number)
      do {
        switch request.action {
        case .offer: reply.descriptions = try await connections.offers(request.count)
        case .accept: try await connections.accept(request.descriptions)
        case .answer: reply.descriptions = try await connections.answers(to: request.descriptions)
        case .figures: reply.figures = await connections.figures
        }
      } catch {
        reply.error = "\(error)"
      }
      FileHandle.standardOutput.write(try JSONEncoder().encode(reply) + Data("\n".utf8))
    }
  }
}
