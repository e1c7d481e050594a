import Foundation
import Harness
import Synchronization

/// A recording by a `CommandRecorder`.
final class CommandSession: RecordingSession {
  private let executable: String
  private let arguments: [String]
  private let environment: [String: String]
  private let running = Mutex<(program: Program, memory: MemorySampler)?>(nil)

  init(executable: String, arguments: [String], environment: [String: String]) {
    self.environment = environment
    self.executable = executable
    self.arguments = arguments
  }

  func start() async throws -> Double {
    let program = try Program(executable, arguments, environment: environment)
    running.withLock { $0 = (program, MemorySampler(of: program)) }
    return program.launched
  }

  func stop() async throws -> ResourceUse {
    guard let (program, memory) = running.withLock({ $0.take() }) else {
      throw HarnessError("the recorder was not started")
    }
    guard program.isRunning else {
      let exit = try await program.exit()
      throw HarnessError("\(program.name) ended by itself (\(exit.reason)): \(program.errorOutput)")
    }
    let peak = memory.stop()
    program.signal(SIGINT)
    let exit = try await program.exit(within: .seconds(20))
    var use = program.resourceUse
    use.cpuSeconds = exit.cpuSeconds
    use.peakResidentBytes = peak
    return use
  }

  func close() async throws {}
}
