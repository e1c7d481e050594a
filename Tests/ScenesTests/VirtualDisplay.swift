/// An X server of a test's own, without a screen of glass; it ends with the object.
final class VirtualDisplay {
  struct NoDisplay: Error {}

  /// As `DISPLAY` names it.
  let name: String
  private let server: ChildProcess

  init(width: Int, height: Int, depth: Int = 24) throws {
    // A server that resets itself when its last client goes can lose the signal that tells it to end.
    server = try ChildProcess(
      "Xvfb",
      ["-displayfd", "1", "-screen", "0", "\(width)x\(height)x\(depth)", "-nolisten", "tcp", "-noreset"])
    guard let number = server.readLine() else { throw NoDisplay() }
    name = ":\(number)"
  }
}
