/// The page that shows a room, and its files.
///
/// It is a target of its own because the compiler sees the files as one long array, which takes longer to compile than
/// the whole server. `/room/NAME` is `index.html`; the other files are at `/assets/FILE`. The page loads no file from
/// another site.
package enum ViewerPage {
  package struct File: Sendable {
    package let content: [UInt8]
    package let contentType: String
  }

  /// The page itself.
  ///
  /// - Parameter socketPath: the path of the server's Socket.IO, such as `/socket.io/`. The page refers to it relative
  ///   to its own address, so that a proxy may put everything below a path of its own.
  package static func index(socketPath: String = "/socket.io/") -> File {
    let text = String(decoding: PackageResources.index_html, as: UTF8.self)
    let path = socketPath.split(separator: "/").joined(separator: "/")
    let place = text.replacing(#"content="../socket.io/""#, with: #"content="../\#(path)/""#)
    return File(content: Array(place.utf8), contentType: "text/html; charset=utf-8")
  }

  /// A file of `/assets/`; nil when there is none of that name.
  package static func asset(_ name: String) -> File? {
    guard let content = assets[name], let ending = name.split(separator: ".").last else { return nil }
    return File(content: content, contentType: "\(types[String(ending)] ?? "text/plain"); charset=utf-8")
  }

  /// The HTTP headers of the page and of each of its files.
  ///
  /// - Parameters:
  ///   - authority: the `Host` of the request, already checked. The policy names it because in older Safari versions
  ///     `'self'` does not include WebSockets. A policy cannot name an IPv6 address.
  ///   - framing: the origins of pages that may show this one in a frame.
  package static func headers(authority: String, framing: [String] = []) -> [(name: String, value: String)] {
    let sockets = authority.hasPrefix("[") ? "" : " ws://\(authority) wss://\(authority)"
    let policy = [
      "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "media-src 'self' blob:",
      "connect-src 'self'\(sockets)",
      "frame-ancestors \(framing.isEmpty ? "'none'" : framing.joined(separator: " "))", "base-uri 'none'",
      "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
    ]
    let permissions = [
      "camera=()", "microphone=()", "display-capture=()", "geolocation=()", "autoplay=(self)", "fullscreen=(self)",
      "picture-in-picture=(self)",
    ]
    // `X-Frame-Options` cannot list origins; with a list, only the policy's `frame-ancestors` applies.
    let frames = framing.isEmpty ? [("X-Frame-Options", "DENY")] : []
    return frames + [
      ("Content-Security-Policy", policy.joined(separator: "; ")),
      ("Permissions-Policy", permissions.joined(separator: ", ")),
      ("Referrer-Policy", "no-referrer"),
      ("X-Content-Type-Options", "nosniff"),
      ("Cross-Origin-Resource-Policy", "same-origin"),
      ("Cache-Control", "no-store"),
    ]
  }

  private static let types = ["js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"]

  package static let assets: [String: [UInt8]] = [
    "app.js": PackageResources.app_js,
    "chat.js": PackageResources.chat_js,
    "icon.svg": PackageResources.icon_svg,
    "link.js": PackageResources.link_js,
    "links.js": PackageResources.links_js,
    "loading.js": PackageResources.loading_js,
    "peer.js": PackageResources.peer_js,
    "people.js": PackageResources.people_js,
    "polling.js": PackageResources.polling_js,
    "room.js": PackageResources.room_js,
    "screen.js": PackageResources.screen_js,
    "screens.js": PackageResources.screens_js,
    "socket.js": PackageResources.socket_js,
    "statistics.js": PackageResources.statistics_js,
    "style.css": PackageResources.style_css,
    "synchrony.js": PackageResources.synchrony_js,
    "text.js": PackageResources.text_js,
    "vouching.js": PackageResources.vouching_js,
    "words.js": PackageResources.words_js,
  ]
}
