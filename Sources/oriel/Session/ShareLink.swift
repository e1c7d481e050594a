import Oriel

/// The links for viewers, with the fingerprint of the share's certificate.
struct ShareLink {
  /// Where the page comes from that compares the fingerprint. The link protects from all except those who can change
  /// this page.
  enum Page {
    /// From this command, by HTTPS or loopback: nobody else can change it.
    case own
    /// From this command by plain HTTP: anyone who can change the network traffic can change it.
    case ownPlain
    /// From the room server by HTTPS: its operator can change it.
    case served
    /// From the room server by plain HTTP.
    case servedPlain
  }

  /// One for each network of this machine, in the order of `LocalNetwork.current`.
  private(set) var links: [NetworkLink]
  /// Makes the links for the current networks; nil if they do not depend on networks.
  private let current: (@Sendable () -> [NetworkLink])?
  /// Whether the room's name was chosen by the user and no token is needed.
  let isOpen: Bool
  /// The code that viewers without the link can compare by eye.
  let code: String
  private let fingerprint: String
  private let page: Page

  /// - Parameters:
  ///   - location: the server and its links.
  ///   - identity: the identity that the link vouches for.
  ///   - isOpen: whether the room's name was chosen by the user and no token is needed.
  init(_ location: RoomLocation, identity: ShareIdentity, isOpen: Bool) {
    fingerprint = identity.fingerprint
    code = identity.code
    links = []
    current = location.currentLinks
    page = location.page
    self.isOpen = isOpen
    links = location.links.map(withFingerprint)
  }

  /// The first link.
  var url: String { links.first?.url ?? "" }

  /// Adds links for networks that this machine has joined.
  /// - Returns: the new links. They follow the earlier ones, and replace the link to localhost.
  mutating func addNewNetworks() -> [NetworkLink] {
    let known = Set(links.map(\.url))
    guard let found = current?().map(withFingerprint).filter({ !known.contains($0.url) }), !found.isEmpty else {
      return []
    }
    links = links.filter { $0.interface != nil } + found
    return found
  }

  /// Appends the fingerprint to the link's fragment, which may contain a token.
  private func withFingerprint(_ link: NetworkLink) -> NetworkLink {
    NetworkLink(url: "\(link.url)\(link.url.contains("#") ? "&" : "#")fp=\(fingerprint)", interface: link.interface)
  }

  /// A sentence on what the link protects from.
  var protection: String {
    let others =
      switch page {
      case .own: "."
      case .ownPlain: "; anyone who can change the network traffic still can, as the page comes by plain HTTP."
      case .served: "; the operator of the room server, from which the page comes, still can."
      case .servedPlain:
        "; the operator of the room server, and anyone who can change the network traffic, still can, as the page comes "
          + "by plain HTTP."
      }
    return
      "The link vouches for this screen: nobody in the room can replace it\(others) Viewers without the link "
      + "can compare the code that the page shows: \(code)"
  }
}
