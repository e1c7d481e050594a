import Foundation

/// Has libFuzzer give `check` one input after the other, as the command line says. libFuzzer's own main cannot be linked to
/// here, so its driver is called. Built without it, `check` only looks at the files that are named.
public func fuzz(_ check: @escaping @Sendable ([UInt8]) -> Void) throws {
  #if FUZZING
    checkInput = check
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    exit(runDriver(&count, &arguments) { test($0, $1) })
  #else
    for path in CommandLine.arguments.dropFirst() { check([UInt8](try Data(contentsOf: URL(filePath: path)))) }
  #endif
}

#if FUZZING
  /// Written once, before the only thread that reads it begins to.
  nonisolated(unsafe) private var checkInput: @Sendable ([UInt8]) -> Void = { _ in }

  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
  ) -> Int32

  @_cdecl("LLVMFuzzerTestOneInput")
  public func test(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    checkInput(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  }
#endif
