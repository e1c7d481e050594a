internal import WebM

/// Collects a stream's bytes for `dataavailable`. `@unchecked Sendable`: owned by the writing thread.
final class BlobSink: RecordingSink, @unchecked Sendable {
  let isSeekable = false
  private(set) var bytesWritten: UInt64 = 0
  private var blob: [UInt8] = []

  func write(_ outputs: [WebMOutput]) {
    for case .append(let bytes) in outputs {
      blob += bytes
      bytesWritten += UInt64(bytes.count)
    }
  }

  func lowSpaceError() -> RecordingError? { nil }

  func close() {}

  /// The bytes since the last call.
  func take() -> [UInt8] {
    defer { blob = [] }
    return blob
  }
}
