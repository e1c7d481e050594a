import ArgumentParser
import Foundation
import Oriel

/// The tokens of viewers and of presenters in the room of a share.
struct ShareTokenOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Without --server: the token that viewers need; the printed link contains it. With --server: the token that this \
      command joins the room with. The text itself, or @FILE for a file's first line. (default: $ORIEL_TOKEN, with \
      --server $ORIEL_PUBLISHER_TOKEN, or none)
      """, valueName: "token"))
  var token: String?

  @Option(
    help: ArgumentHelp(
      """
      Without --server: the token that others need to share in the same room. (default: $ORIEL_PUBLISHER_TOKEN, or a \
      random one, so that nobody else can share)
      """, valueName: "token"))
  var publisherToken: String?

  @Option(
    help: ArgumentHelp(
      """
      With --server: the token that viewers need there; the printed link contains it. (default: $ORIEL_VIEWER_TOKEN, \
      or none)
      """, valueName: "token"))
  var viewerToken: String?

  func check(server: String?) throws {
    if server != nil, publisherToken != nil {
      throw ValidationError("--publisher-token and --server contradict each other; with --server, give --token")
    }
    if server == nil, viewerToken != nil {
      throw ValidationError("--viewer-token needs --server; without it, give viewers' token by --token")
    }
  }

  /// - Throws: `Failure`.
  func resolve(server: String?, _ reporter: Reporter) throws(Failure) -> ShareTokens {
    guard server == nil else {
      return ShareTokens(
        own: try SecretOption.text(token, option: "--token", variable: "ORIEL_PUBLISHER_TOKEN"),
        viewers: try SecretOption.text(viewerToken, option: "--viewer-token", variable: "ORIEL_VIEWER_TOKEN"))
    }
    let publishers = try SecretOption.text(
      publisherToken, option: "--publisher-token", variable: "ORIEL_PUBLISHER_TOKEN")
    let viewers = try SecretOption.text(token, option: "--token", variable: "ORIEL_TOKEN")
    SecretOption.warnOfShort(viewers, option: "--token", reporter)
    SecretOption.warnOfShort(publishers, option: "--publisher-token", reporter)
    // A random publisher token: only this process can share in the room that it serves.
    return ShareTokens(own: publishers ?? RoomName.random().description, viewers: viewers)
  }
}

/// The tokens of a share.
struct ShareTokens {
  /// The token that this command joins with; on its own server the token of all publishers.
  let own: String?
  /// The token that viewers need, if it is known here.
  let viewers: String?

  /// The fragment of the link: the viewers' token, in the form that the page reads.
  var fragment: String {
    guard let viewers else { return "" }
    let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return "#token=\(viewers.addingPercentEncoding(withAllowedCharacters: plain) ?? "")"
  }
}
