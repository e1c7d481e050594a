import ArgumentParser
import Oriel

/// The format that a command writes. Refuses file names with the ending of another format.
enum OutputFormat {
  case webM
  case png

  private static let videos: Set = [
    "mp4", "m4v", "mov", "avi", "gif", "flv", "wmv", "mpg", "mpeg", "ts", "ogv", "ogg", "mp3", "m4a", "wav", "flac",
  ]
  private static let pictures: Set = [
    "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "avif", "heic", "jxl", "ppm", "svg", "pdf",
  ]
  /// The endings of recordings, which a command that writes pictures refuses.
  private static let recordings = videos.subtracting(["gif"]).union(["webm", "mkv"])

  /// Refuses a file name whose ending does not fit the format.
  /// - Throws: `ValidationError` that says how to get the other format.
  func check(_ path: String) throws {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return }
    let ending = name[name.index(after: dot)...].lowercased()
    let stem = printable(String(path.dropLast(ending.count + 1)))
    let file = printable(path)
    switch self {
    case .webM where Self.videos.contains(ending):
      throw ValidationError(
        "\(quoted(path)) does not end in .webm, the format of recordings; record into '\(stem).webm', then: "
          + "ffmpeg -i '\(stem).webm' '\(file)'")
    case .webM where Self.pictures.contains(ending) || ending == "png" || ending == "webp":
      throw ValidationError("\(quoted(path)) is the name of a picture; oriel snapshot takes one")
    case .png where Self.recordings.contains(ending):
      throw ValidationError("\(quoted(path)) is the name of a recording; oriel record makes one")
    case .png where Self.pictures.contains(ending) || ending == "webp":
      throw ValidationError(
        "\(quoted(path)) does not end in .png, the format of snapshots; write '\(stem).png', then: "
          + "ffmpeg -i '\(stem).png' '\(file)'")
    default: return
    }
  }
}
