/// The version of the library and the command, by semver.org.
package let orielVersion = "0.1.0"

/// The name of the writing application in files.
package let orielName = "Oriel \(orielVersion)"
