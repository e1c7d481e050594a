/// Where a recording is written.
public enum RecordingOutput: Sendable, Equatable {
  /// Blobs in `dataavailable` events, each of at least `timeslice` milliseconds; nil for one at the end.
  case blobs(timeslice: Int?)
  /// A new file; seekable once it is finished. `replacing` replaces an existing file as soon as there is a picture or
  /// sound; until then the new one is `.NAME.part` beside it. A symbolic link is replaced, and its target stays as it
  /// is. A device, or a named pipe with a reader, receives a stream.
  case file(path: String, replacing: Bool = false)
  /// A descriptor that is open and stays open: receives a stream if it is a pipe or opened for appending, else a
  /// seekable recording from its current position on. `name` is for messages.
  case descriptor(Int32, name: String)
}
