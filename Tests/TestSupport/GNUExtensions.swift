import Glibc

/// Functions of glibc that its Swift module leaves out, because their headers hide them behind `_GNU_SOURCE`.
package enum GNUExtensions {
  typealias Pipe2 = @convention(c) (UnsafeMutablePointer<Int32>, Int32) -> Int32
  typealias AddCloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
  typealias AddChangeDirectory =
    @convention(c) (
      UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>
    ) -> Int32

  package typealias SetNamespace = @convention(c) (Int32, Int32) -> Int32

  static let pipe2 = symbol("pipe2", as: Pipe2.self)
  /// Since glibc 2.34.
  static let addCloseFrom = symbol("posix_spawn_file_actions_addclosefrom_np", as: AddCloseFrom.self)
  static let addChangeDirectory = symbol("posix_spawn_file_actions_addchdir_np", as: AddChangeDirectory.self)

  package static let setNamespace = symbol("setns", as: SetNamespace.self)

  private static func symbol<Function>(_ name: String, as type: Function.Type) -> Function {
    guard let address = dlsym(nil, name) else { fatalError("glibc has no \(name)") }
    return unsafeBitCast(address, to: type)
  }
}
