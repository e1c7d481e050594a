import Foundation

/// A PID namespace, as of a program in a sandbox or container.
package enum Sandbox {
  /// A command that runs the command appended to it in a PID namespace, and exits with it.
  package static let wrapper = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]

  /// Why this machine cannot create one; nil if it can.
  package static let obstacle: String? = {
    guard let program = try? Program(wrapper[0], Array(wrapper.dropFirst()) + ["true"]) else {
      return "unshare is not installed"
    }
    return program.waitUntilExit().status == 0 ? nil : "no PID namespaces here: \(program.errorOutput)"
  }()
}
