import Foundation
import Testing

/// The test program's entry point, which SwiftPM knows by this file's name. All tests are Swift Testing's, so that nothing has to
/// be discovered by an index of the build, which takes long to write and which an optimized build does not have.
@main struct TestProgram {
  static func main() async {
    let arguments = CommandLine.arguments
    let library = arguments.firstIndex(of: "--testing-library").map { arguments.dropFirst($0 + 1).first }
    // `swift test` asks for XCTest's first.
    if library == "xctest" { return }
    await Testing.__swiftPMEntryPoint() as Never
  }
}
