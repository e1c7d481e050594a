import ArgumentParser
import Foundation
import Oriel

/// Who may watch a share, and who may share in its room.
struct ShareTokenOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      On a room server of its own, what viewers have to know; the printed link carries it. With --server, what this share \
      shows to be let in. The text itself, or @FILE for a file's first line. (default: $ORIEL_TOKEN, or with --server \
      $ORIEL_PUBLISHER_TOKEN, or none)
      """, valueName: "token"))
  var token: String?

  @Option(
    help: ArgumentHelp(
      """
      What others have to know to share in the same room, on a room server of its own. (default: $ORIEL_PUBLISHER_TOKEN, \
      or a random one, so that nobody else can)
      """, valueName: "token"))
  var publisherToken: String?

  @Option(
    help: ArgumentHelp(
      "With --server, what that server asks of viewers: the printed link carries it. (default: $ORIEL_VIEWER_TOKEN, or none)",
      valueName: "token"))
  var viewerToken: String?

  func check(server: String?) throws {
    if server != nil, publisherToken != nil {
      throw ValidationError("--publisher-token is for a room server of its own; with --server, give --token")
    }
    if server == nil, viewerToken != nil {
      throw ValidationError("--viewer-token is for the room of --server; without that, --token is what viewers need")
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
    // Nobody but this process is to share in a room that it opened, unless that is asked for.
    return ShareTokens(own: publishers ?? RoomName.random().description, viewers: viewers)
  }
}

/// The tokens of a share.
struct ShareTokens {
  /// What it shows to be let in, and where the server is its own, what every publisher has to show.
  let own: String?
  /// What viewers have to show, as far as it is known here.
  let viewers: String?

  /// What the link ends in: the viewers' token, in the form that the page reads.
  var fragment: String {
    guard let viewers else { return "" }
    let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return "#token=\(viewers.addingPercentEncoding(withAllowedCharacters: plain) ?? "")"
  }
}
