/// Where a recording goes.
public enum RecordingOutput: Sendable, Equatable {
  /// Blobs, by `dataavailable`: each holds at least `timeslice` milliseconds; nil gives all at the end.
  case blobs(timeslice: Int?)
  /// A new file; seekable once it is finished. `replacing` puts it in the place of one that is there, as soon as it has a
  /// picture or sound: until then it is `.NAME.part` beside it. A link is replaced, and its target stays as it is. A device, or a named pipe that
  /// is read, gets a stream.
  case file(path: String, replacing: Bool = false)
  /// A descriptor that is open and stays open: a stream into a pipe or what is appended to, a seekable recording into another
  /// file, from where it is. `name` is for messages.
  case descriptor(Int32, name: String)
}
