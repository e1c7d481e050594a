/// A media type with codecs, such as `video/webm;codecs=vp8,opus`, as far as `MediaRecorder` reads one. Source: RFC 2045
/// §5.1, RFC 6381 §3.
struct MIMEType {
  /// Whether MediaRecorder can write what `text` names; "" names nothing and is always fine.
  static func isSupported(_ text: String) -> Bool {
    if text.isEmpty { return true }
    let parts = text.split(separator: ";", omittingEmptySubsequences: false).map { trimmed($0).lowercased() }
    guard parts[0] == "video/webm" else { return false }
    var codecs: [String] = []
    for parameter in parts.dropFirst() {
      guard let equals = parameter.firstIndex(of: "=") else { return false }
      guard trimmed(parameter[..<equals]) == "codecs" else { continue }
      let value = trimmed(parameter[parameter.index(after: equals)...]).filter { $0 != "\"" }
      codecs += value.split(separator: ",").map { trimmed($0) }
    }
    return codecs.allSatisfy { $0 == "vp8" || $0 == "vp8.0" } && codecs.count <= 1
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
