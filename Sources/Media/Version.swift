/// The version of the library and the command, by semver.org.
package let orielVersion = "0.1.0"

/// What a file says of who wrote it.
package let orielName = "Oriel \(orielVersion)"
