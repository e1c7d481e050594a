#if canImport(Glibc)
  import Glibc
#endif
internal import Media
internal import WebM

/// Repairs recordings that were cut off or damaged, Oriel's own and those of other programs, without re-encoding.
///
/// A file with room for an index is patched in place, in an order that leaves it playable and repairable if the repair
/// is interrupted. Any other file is rewritten next to the old one, which it replaces only once it is complete and on
/// the disk. Memory stays bounded whatever the file's size. Blocks the calling thread for as long as reading the file
/// takes.
public enum RecordingRepair {
  /// Repairs the file at `path`; a healthy one is left as it is.
  /// - Parameters:
  ///   - path: the file to repair.
  ///   - output: where the repaired file is written, leaving the old one unchanged; nil repairs the file itself.
  ///   - replacing: whether an existing output may be overwritten.
  public static func repair(
    _ path: String, to output: String? = nil, replacing: Bool = false
  ) throws(RepairError) -> RepairOutcome {
    let file = try DamagedFile(path)
    let source = DamagedFileSource(file: file)
    let repair = try examine(file, source)
    if file.hasChanged { throw .busy(path: path) }
    var outcome = RepairOutcome(repair.report)
    if repair.isHealthy { outcome.way = .healthy }
    guard let output else {
      if repair.isHealthy { return outcome }
      let steps = try reading(file) { try repair.steps }
      if let steps {
        outcome.way = .inPlace
        try perform(steps, on: file, source)
      } else {
        try rewrite(repair, file, source, over: file.path, named: file.name)
      }
      return outcome
    }
    if replacing {
      try rewrite(repair, file, source, over: output, named: output)
    } else {
      try write(repair, file, source, to: output)
    }
    return outcome
  }

  /// `O_TMPFILE`, which Swift does not import. Source: open(2), Linux's `fcntl.h`.
  private static let withoutName: Int32 = 0o20_000_000 | O_DIRECTORY

  private static func examine(
    _ file: DamagedFile, _ source: DamagedFileSource
  ) throws(RepairError) -> WebMRepair<DamagedFileSource> {
    guard file.size > 0 else { throw .notWebM(path: file.name, why: "is empty") }
    do {
      return try WebMRepair(source)
    } catch let error as WebMError {
      let why =
        switch error {
        case .notWebM: "is not a WebM file"
        case .truncated, .missing(.cluster, _): "ends before its first picture or sound, so there is nothing to repair"
        default: "is damaged at its very start (byte \(error.offset)), and cannot be repaired"
        }
      throw .notWebM(path: file.name, why: why)
    } catch {
      throw .readFailed(path: file.name, errno: (error as? ReadFailure)?.errno ?? EIO)
    }
  }

  private static func reading<Result>(
    _ file: DamagedFile, _ body: () throws -> Result
  ) throws(RepairError) -> Result {
    do {
      return try body()
    } catch {
      throw .readFailed(path: file.name, errno: (error as? ReadFailure)?.errno ?? EIO)
    }
  }

  // MARK: - In place

  private static func perform(
    _ steps: [WebMRepairStep], on file: DamagedFile, _ source: DamagedFileSource
  ) throws(RepairError) {
    let descriptor = file.path.withPath { open($0, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) }
    guard descriptor >= 0 else { throw .cannotCreate(path: file.name, errno: errno) }
    let target = RepairTarget(path: file.name, descriptor: descriptor, end: file.size, source: source)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_ino == file.status.st_ino, status.st_dev == file.status.st_dev
    else { throw .busy(path: file.name) }
    for step in steps { try target.apply(step) }
  }

  // MARK: - Another file

  /// Writes the repaired file to `output`, which must not exist.
  private static func write(
    _ repair: WebMRepair<DamagedFileSource>, _ file: DamagedFile, _ source: DamagedFileSource, to output: String
  ) throws(RepairError) {
    let descriptor = output.withPath { open($0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600) }
    if descriptor < 0 { throw errno == EEXIST ? .exists(path: output) : .cannotCreate(path: output, errno: errno) }
    try finish(descriptor, at: output, named: output, repair, file, source) { _ in nil }
  }

  /// Writes the repaired file next to `target`, then renames it to `target`.
  private static func rewrite(
    _ repair: WebMRepair<DamagedFileSource>, _ file: DamagedFile, _ source: DamagedFileSource, over target: String,
    named name: String
  ) throws(RepairError) {
    let folder = String(target.lastIndex(of: "/").map { target[...$0] } ?? "./")
    // The name is unique to copies of this file: an existing one is left over from a repair that was killed.
    let temporary = folder + ".oriel-repair-\(file.status.st_dev)-\(file.status.st_ino)"
    _ = temporary.withPath { unlink($0) }
    // Without a name until it is complete, so that a killed repair leaves no file; not all file systems support this.
    var descriptor = folder.withPath { open($0, Self.withoutName | O_WRONLY | O_CLOEXEC, 0o600) }
    let hasName = descriptor < 0
    if hasName {
      descriptor = temporary.withPath { open($0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600) }
    }
    guard descriptor >= 0 else { throw .cannotCreate(path: name, errno: errno) }
    try finish(descriptor, at: temporary, named: name, repair, file, source) { descriptor in
      // The file keeps its owner where that is permitted; else the copy is readable by no more users than before.
      // Another file is the caller's alone, as every new one.
      let owner = file.status
      let isOwned = target == file.path && fchown(descriptor, owner.st_uid, owner.st_gid) == 0
      let mode = target == file.path ? owner.st_mode & (isOwned ? 0o777 : 0o700) : 0o600
      guard fchmod(descriptor, mode) == 0,
        hasName
          || temporary.withPath({
            linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, $0, AT_SYMLINK_FOLLOW)
          }) == 0,
        temporary.withPath({ temporary in target.withPath { rename(temporary, $0) } }) == 0
      else { return errno }
      sync(folder)
      return nil
    }
  }

  /// Fills a new file and calls `publish` with its descriptor once it is on the disk; removes it on failure.
  private static func finish(
    _ descriptor: Int32, at path: String, named name: String, _ repair: WebMRepair<DamagedFileSource>,
    _ file: DamagedFile, _ source: DamagedFileSource, _ publish: (Int32) -> Int32?
  ) throws(RepairError) {
    let target = RepairTarget(path: name, descriptor: descriptor, end: 0, source: source)
    do throws(RepairError) {
      try checkRoom(on: descriptor, for: file)
      if repair.isHealthy {
        try target.apply(.copy(0..<file.size))
      } else {
        var rewriter = repair.rewriting()
        while let steps = try reading(file, { try rewriter.next() }) {
          for step in steps { try target.apply(step) }
        }
      }
      try target.flush()
      // Repaired from outdated contents, the file would lose what has been written since.
      if file.hasChanged { throw .busy(path: file.name) }
      if let errno = publish(descriptor) { throw .cannotCreate(path: name, errno: errno) }
    } catch {
      _ = path.withPath { unlink($0) }
      if case .writeFailed(_, let errno) = error, errno == ENOSPC || errno == EDQUOT {
        throw .noRoom(path: file.name, neededBytes: file.size)
      }
      throw error
    }
  }

  /// Throws when the disk has too little room for the copy, before anything is written.
  private static func checkRoom(on descriptor: Int32, for file: DamagedFile) throws(RepairError) {
    var room = statvfs()
    guard fstatvfs(descriptor, &room) == 0, room.f_blocks > 0 else { return }
    if UInt64(room.f_bavail) * UInt64(room.f_frsize) < file.size {
      throw .noRoom(path: file.name, neededBytes: file.size)
    }
  }

  /// Flushes a renaming in `folder` to the disk; where that is impossible, the system does so later.
  private static func sync(_ folder: String) {
    let descriptor = folder.withPath { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

extension RepairOutcome {
  init(_ report: WebMRepairReport) {
    let tail: Tail =
      switch report.tail {
      case .whole: .whole
      case .halfBlock: .halfBlock
      case .zeros: .zeros
      case .other: .other
      }
    self.init(
      way: .rewritten, duration: report.duration, indexed: report.indexed, indexesKeyFrames: report.indexesKeyFrames,
      tail: tail, droppedBytes: report.droppedBytes, skippedBytes: report.skippedBytes,
      skippedPlaces: report.skippedPlaces)
  }
}
