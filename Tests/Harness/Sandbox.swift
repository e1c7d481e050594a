import Foundation

/// Processes that are numbered by themselves, as programs in sandboxes and containers are.
package enum Sandbox {
  /// A command that runs the one after it in a sandbox, and ends with it.
  package static let wrapper = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]

  /// Why there can be none here; nil where there can.
  package static let obstacle: String? = {
    guard let program = try? Program(wrapper[0], Array(wrapper.dropFirst()) + ["true"]) else {
      return "unshare is not installed"
    }
    return program.waitUntilExit().status == 0 ? nil : "no processes of their own numbers here: \(program.errorOutput)"
  }()
}
