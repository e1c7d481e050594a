#if canImport(Glibc)
  import Glibc
#endif

extension [UInt8] {
  /// The bytes of the file at `path`, which may be a pipe. Blocks.
  /// - Returns: nil, with `errno`, for a file that cannot be read; nil, with `EFBIG`, for one of more than `limit` bytes.
  package init?(contentsOf path: String, limit: Int) {
    let descriptor = path.withPath { open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    self = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      guard count > 0 else { return }
      append(contentsOf: buffer[..<count])
      guard self.count <= limit else {
        errno = EFBIG
        return nil
      }
    }
  }
}
