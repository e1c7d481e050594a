import Foundation

/// Runs libFuzzer on `check` with the command line's arguments. libFuzzer's own main cannot be linked here, so its driver is
/// called. In builds without libFuzzer, `check` runs on the files in the arguments.
package func fuzz(_ check: @escaping @Sendable ([UInt8]) -> Void) throws {
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
  /// Set once, before the only thread that reads it starts.
  nonisolated(unsafe) private var checkInput: @Sendable ([UInt8]) -> Void = { _ in }

  @_silgen_name("LLVMFuzzerRunDriver")
  private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
  ) -> Int32

  @_cdecl("LLVMFuzzerTestOneInput")
  package func test(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    checkInput(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  }
#endif
