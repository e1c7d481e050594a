import Harness

/// Xephyr: an X server that draws into a window of another.
final class NestedServer: Sendable {
  let display: String
  private let program: Program

  init(on outer: String, width: Int, height: Int) async throws {
    let (program, number) = try await XServer.start(
      ["Xephyr", "-screen", "\(width)x\(height)"], environment: ["DISPLAY": outer])
    self.program = program
    display = ":\(number)"
  }
}
