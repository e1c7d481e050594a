/// A media type with codecs, such as `video/webm;codecs=vp8,opus`, as far as `MediaRecorder` supports it. Source: RFC
/// 2045 §5.1, RFC 6381 §3.
struct MIMEType {
  /// Whether the container is for sound alone.
  let isAudio: Bool

  /// Parses `text`; nil when MediaRecorder cannot write that type. "" sets no requirement and is always supported.
  init?(_ text: String) {
    if text.isEmpty {
      isAudio = false
      return
    }
    let parts = text.split(separator: ";", omittingEmptySubsequences: false).map { Self.trimmed($0).lowercased() }
    guard parts[0] == "video/webm" || parts[0] == "audio/webm" else { return nil }
    isAudio = parts[0] == "audio/webm"
    var codecs: [String] = []
    for parameter in parts.dropFirst() {
      guard let equals = parameter.firstIndex(of: "=") else { return nil }
      guard Self.trimmed(parameter[..<equals]) == "codecs" else { continue }
      let value = Self.trimmed(parameter[parameter.index(after: equals)...]).filter { $0 != "\"" }
      codecs += value.split(separator: ",").map { Self.trimmed($0) }
    }
    let pictures = codecs.filter { $0 == "vp8" || $0 == "vp8.0" }.count
    let sounds = codecs.filter { $0 == "opus" }.count
    guard pictures + sounds == codecs.count, pictures <= (isAudio ? 0 : 1), sounds <= 1 else { return nil }
  }

  /// The type of a recording, as browsers write it.
  static func recorded(hasVideo: Bool, hasAudio: Bool) -> String {
    let codecs = [hasVideo ? "vp8" : nil, hasAudio ? "opus" : nil].compactMap { $0 }
    return "\(hasVideo ? "video" : "audio")/webm;codecs=\(codecs.joined(separator: ","))"
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
