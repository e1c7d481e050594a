// Descriptions, candidates and packets. libFuzzer's own main cannot be linked to here, so this one calls its driver. Built
// without it, it only looks at the files it is given, and says what does not hold for one.
import Foundation
import RTCFuzzChecks

#if FUZZING
  @_silgen_name("LLVMFuzzerRunDriver")
  func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
  ) -> Int32

  @_cdecl("LLVMFuzzerTestOneInput")
  func test(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    RTCChecks.check(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
  }

  var count = CommandLine.argc
  var arguments = CommandLine.unsafeArgv
  exit(runDriver(&count, &arguments) { test($0, $1) })
#else
  for path in CommandLine.arguments.dropFirst() {
    RTCChecks.check([UInt8](try Data(contentsOf: URL(filePath: path))))
  }
#endif
