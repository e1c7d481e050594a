import Foundation
import Harness
import Synchronization

/// Controls a worker process.
final class Worker: OfferingPublisher {
  private let program: Program
  private let requests: Descriptor
  private let lastNumber = Mutex(0)

  /// - Parameter display: the desktop to send; nil for a receiver.
  init(display: String?, bitrate: Int = 2_500_000) async throws {
    let (ours, theirs) = try Descriptor.socketPair()
    var arguments = ["worker", "--bitrate", "\(bitrate)"]
    if let display { arguments += ["--display", display] }
    program = try Program(try Executables.product("oriel-bench-rtc"), arguments, descriptors: [0: theirs])
    theirs.close()
    requests = ours
  }

  func offers(_ count: Int) async throws -> [String] {
    try await ask(WorkerRequest(action: .offer, count: count)).descriptions
  }

  func accept(_ answers: [String]) async throws {
    _ = try await ask(WorkerRequest(action: .accept, descriptions: answers))
  }

  func answers(to offers: [String]) async throws -> [String] {
    try await ask(WorkerRequest(action: .answer, descriptions: offers)).descriptions
  }

  func figures() async throws -> WorkerFigures {
    guard let figures = try await ask(WorkerRequest(action: .figures)).figures else {
      throw HarnessError("the worker returned no figures")
    }
    return figures
  }

  func framesEncoded() async throws -> (frames: Int, time: Double) {
    (try await figures().framesEncoded, MonotonicClock.seconds)
  }

  func use() -> (cpuSeconds: Double, threads: [String: Double]) {
    (program.resourceUse.cpuSeconds, ThreadUse.cpuSeconds(of: program.pid))
  }

  func stop() async throws {
    requests.close()
    try await program.stop()
  }

  private func ask(_ request: WorkerRequest) async throws -> WorkerReply {
    var request = request
    request.number = lastNumber.withLock { number in
      number += 1
      return number
    }
    guard requests.send(Array(try JSONEncoder().encode(request)) + [10]) else {
      throw HarnessError("the worker is gone: \(program.errorOutput)")
    }
    let mark = "\"number\":\(request.number)"
    let line = try await program.line(within: .seconds(60)) { line in
      line.contains(mark + ",") || line.contains(mark + "}")
    }
    let reply = try JSONDecoder().decode(WorkerReply.self, from: Data(line.utf8))
    if let error = reply.error { throw HarnessError("the worker: \(error)") }
    return reply
  }
}
